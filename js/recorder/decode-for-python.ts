import { reasonOf } from "../wire/fault";
import type { Report } from "../wire/report";
import type { Decoder } from "./modules";

/** Decode bytes for Python, and report the samples and the outcome until `signal` aborts. */
export async function decodeForPython(
  take: string,
  blob: Blob,
  loaded: Promise<Decoder>,
  post: Report,
  signal: AbortSignal,
): Promise<void> {
  const report: Report = (letter, buffer, onAcknowledged) => {
    if (!signal.aborted) {
      post(letter, buffer, onAcknowledged);
    }
  };
  const decoding = await loaded.then(
    ({ decode, decodeBlob }) => decodeBlob(decode, blob, take, { report, signal }),
    reasonOf,
  );
  report({ kind: "decoded", take, decoding });
}

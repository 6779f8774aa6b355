import { reasonOf } from "../wire/fault";
import type { Report } from "../wire/report";
import type { Decoder } from "./modules";

/** Decode bytes that Python cannot; the samples and the outcome are reported until `signal` aborts. */
export async function decodeForPython(
  take: string,
  blob: Blob,
  loaded: Promise<Decoder>,
  reportAlways: Report,
  signal: AbortSignal,
): Promise<void> {
  const report: Report = (letter, buffer, onAcknowledged) => {
    if (!signal.aborted) {
      reportAlways(letter, buffer, onAcknowledged);
    }
  };
  const decoding = await loaded.then(
    ({ decode, decodeBlob }) => decodeBlob(decode, blob, take, { report, signal }),
    reasonOf,
  );
  report({ kind: "decoded", take, decoding });
}

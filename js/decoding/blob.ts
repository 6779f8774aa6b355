// The samples of a whole blob, for a kernel that asks for them: no faster than they are acknowledged.

import { reasonOf } from "../wire/fault";
import { MAX_PART } from "../wire/protocol";
import type { Report } from "../wire/report";
import type { Decode } from "./decode";
import { reportBlock } from "./streaming";

/** How many blocks may be in flight; the decoder waits until the oldest is acknowledged. */
const WINDOW = 8;

/** Report the samples of `blob`, unless `signal` is aborted; gives "done", or why there are none. */
export async function decodeBlob(
  decode: Decode,
  blob: Blob,
  take: string,
  { report, signal }: { report: Report; signal: AbortSignal },
): Promise<string> {
  const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
  const inFlight: Promise<void>[] = [];
  try {
    for await (const block of decode(blob, () => MAX_PART)) {
      signal.throwIfAborted();
      inFlight.push(new Promise((resolve) => reportBlock(block, take, report, resolve)));
      if (inFlight.length >= WINDOW) {
        await Promise.race([inFlight.shift(), aborted]);
      }
    }
    return "done";
  } catch (thrown) {
    return reasonOf(thrown);
  }
}

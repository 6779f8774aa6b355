// Decodes a whole blob for a kernel that requests its samples. The acknowledgements set the pace.

import { reasonOf } from "../wire/fault";
import { MAX_PART } from "../wire/protocol";
import type { Report } from "../wire/report";
import type { Decode } from "./decode";
import { reportBlock } from "./streaming";

/** The number of blocks in flight, at which the decoder waits for the oldest acknowledgement. */
const WINDOW = 8;

/** Report the samples of `blob` until `signal` aborts; returns "done", or why there are none. */
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

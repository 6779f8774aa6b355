// The samples of a whole blob, for a kernel that asks for them: no faster than it takes them in.

import { reasonOf } from "../wire/fault";
import { MAX_PART } from "../wire/protocol";
import type { Report } from "../wire/report";
import type { Decode } from "./decode";
import { reportBlock } from "./streaming";

/** So many blocks may be under way; the decoder waits for the oldest to arrive. */
const MOST_BLOCKS = 8;

/**
 * Report the samples of `blob`; gives "done", or why there are none. Nobody wants them any more
 * when `signal` is aborted.
 */
export async function decodeWhole(
  decode: Decode,
  blob: Blob,
  take: string,
  { report, signal }: { report: Report; signal: AbortSignal },
): Promise<string> {
  const over = new Promise((resolve) => signal.addEventListener("abort", resolve));
  const underWay: Promise<void>[] = [];
  try {
    for await (const block of decode(blob, () => MAX_PART)) {
      signal.throwIfAborted();
      underWay.push(new Promise((arrived) => reportBlock(block, take, report, arrived)));
      if (underWay.length >= MOST_BLOCKS) {
        await Promise.race([underWay.shift(), over]);
      }
    }
    return "done";
  } catch (thrown) {
    return reasonOf(thrown);
  }
}

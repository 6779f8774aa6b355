// Samples of a take while it is recorded, for a kernel that cannot decode.
//
// They never cost a recording anything: bytes wait for the decoder, and samples for Python, up to
// a bound; then this is given up, and Python asks for the samples when it wants them.

import { reasonOf } from "../wire/fault";
import { MAX_PART } from "../wire/protocol";
import type { Report } from "../wire/report";
import type { Block, Decode } from "./decode";

const MOST_BEHIND = 32 * (1 << 20);
/** Where somebody listens; else letters are fewer and larger. */
const LIVE_SECONDS = 0.1;
const RESTING_BYTES = MAX_PART / 4;

const TOO_SLOW = "The samples came too fast to be taken in.";

export type Ways = {
  /** The decoder, as soon as it is there. */
  load: () => Promise<{ decode: Decode }>;
  report: Report;
  /** Whether somebody listens now. */
  isLive: () => boolean;
  /** How many bytes of samples Python has not got yet. */
  pending: () => number;
};

export class Decoding {
  #parts!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  #outcome: Promise<string>;
  #settle!: (outcome: string) => void;
  #isOver = false;

  constructor(
    readonly take: string,
    readonly ways: Ways,
  ) {
    this.#outcome = new Promise((resolve) => (this.#settle = resolve));
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
      { start: (controller) => void (this.#parts = controller) },
      new ByteLengthQueuingStrategy({ highWaterMark: MOST_BEHIND }),
    );
    this.#run(stream).then(() => this.#end("done"), this.#fail);
  }

  /** The next bytes of the take. */
  add(part: ArrayBuffer): void {
    if (this.#isOver) {
      return;
    }
    this.#parts.enqueue(new Uint8Array(part));
    if (Number(this.#parts.desiredSize) < 0) {
      this.#fail(new Error(TOO_SLOW));
    }
  }

  /** There are no more; gives "done" when all samples are reported, or why there are none. */
  end(): Promise<string> {
    if (!this.#isOver) {
      this.#parts.close();
    }
    return this.#outcome;
  }

  /** Nobody wants them any more. */
  abandon(): void {
    this.#fail(new DOMException("Nobody listens.", "AbortError"));
  }

  async #run(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const { load, report, isLive, pending } = this.ways;
    const { decode } = await load();
    const enough = (bytesPerSecond: number) =>
      isLive() ? LIVE_SECONDS * bytesPerSecond : RESTING_BYTES;
    for await (const block of decode(stream, enough)) {
      if (this.#isOver) {
        return;
      }
      reportBlock(block, this.take, report);
      if (pending() > MOST_BEHIND) {
        throw new Error(TOO_SLOW);
      }
    }
  }

  #fail = (thrown: unknown): void => {
    this.#end(reasonOf(thrown));
  };

  #end(outcome: string): void {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#parts.error(new Error(outcome)); // lets go of what waits
      this.#settle(outcome);
    }
  }
}

export function reportBlock(
  { buffer, sampleRate, channels }: Block,
  take: string,
  report: Report,
  arrived?: () => void,
): void {
  report({ kind: "pcm", take, sample_rate: sampleRate, channels }, buffer, arrived);
}

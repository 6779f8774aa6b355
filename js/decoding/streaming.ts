// Decodes a take during its recording, for a kernel that cannot decode.
//
// Decoding never holds up a recording. Bytes wait for the decoder, and samples for Python, up to a
// bound. Beyond it, decoding is given up, and Python requests the samples when it needs them.

import { reasonOf } from "../wire/fault";
import { MAX_PART } from "../wire/protocol";
import type { Report } from "../wire/report";
import type { Block, Decode } from "./decode";

/** The bound of each, in bytes. */
const MAX_WAITING = 32 * (1 << 20);
/** The length of a block for a listener. */
const LIVE_SECONDS = 0.1;
/** The size of a block without a listener. */
const BATCH_BYTES = MAX_PART / 4;

const TOO_SLOW = "The samples arrived faster than they could be processed.";

export type DecoderInput = {
  /** Loads the decoder. */
  load: () => Promise<{ decode: Decode }>;
  report: Report;
  /** Whether Python has a listener now. */
  isLive: () => boolean;
  /** The number of bytes of samples that are not yet acknowledged. */
  pending: () => number;
};

export class StreamingDecoder {
  #parts!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  #outcome: Promise<string>;
  #settle!: (outcome: string) => void;
  #isOver = false;

  constructor(
    readonly take: string,
    readonly input: DecoderInput,
  ) {
    this.#outcome = new Promise((resolve) => (this.#settle = resolve));
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
      { start: (controller) => void (this.#parts = controller) },
      new ByteLengthQueuingStrategy({ highWaterMark: MAX_WAITING }),
    );
    this.#run(stream).then(() => this.#end("done"), this.#fail);
  }

  /** Add the next bytes of the take. */
  add(part: ArrayBuffer): void {
    if (this.#isOver) {
      return;
    }
    this.#parts.enqueue(new Uint8Array(part));
    if (Number(this.#parts.desiredSize) < 0) {
      this.#fail(new Error(TOO_SLOW));
    }
  }

  /** End the input; settles with "done" after the last sample, or with why there are none. */
  end(): Promise<string> {
    if (!this.#isOver) {
      this.#parts.close();
    }
    return this.#outcome;
  }

  /** Stop decoding, since the samples have no receiver any more. */
  abandon(): void {
    this.#fail(new DOMException("The samples have no receiver.", "AbortError"));
  }

  async #run(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const { load, report, isLive, pending } = this.input;
    const { decode } = await load();
    const blockSize = (bytesPerSecond: number) =>
      isLive() ? LIVE_SECONDS * bytesPerSecond : BATCH_BYTES;
    for await (const block of decode(stream, blockSize)) {
      if (this.#isOver) {
        return;
      }
      reportBlock(block, this.take, report);
      if (pending() > MAX_WAITING) {
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
      this.#parts.error(new Error(outcome)); // drops the waiting bytes
      this.#settle(outcome);
    }
  }
}

/** Report a block of samples as a letter. */
export function reportBlock(
  { buffer, sampleRate, channels }: Block,
  take: string,
  report: Report,
  onAcknowledged?: () => void,
): void {
  report({ kind: "pcm", take, sample_rate: sampleRate, channels }, buffer, onAcknowledged);
}

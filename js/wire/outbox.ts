// Letters on their way to Python: in order, a window of them in flight, kept until acknowledged.
//
// A busy kernel only delays acknowledgements, and then nothing is sent twice: a probe, a few
// bytes, asks what has arrived. It travels behind the letters, so that whatever was sent before
// a probe that is answered, and is not among what arrived, was lost and is sent again.

import type { Letter } from "./protocol";

const WINDOW = 32;
const FIRST_PROBE_MS = 1_000;
const LONGEST_PROBE_MS = 5_000;

type Entry = {
  letter: Letter;
  buffer: ArrayBuffer | null;
  arrived: () => void;
  sentAt: number;
};

export type Post = (message: Letter & { seq: number }, buffer: ArrayBuffer | null) => void;

export class Outbox {
  /** How many bytes Python has not got yet: of what was recorded, and of samples. */
  readonly pending = { recorded: 0, samples: 0 };

  #entries: Entry[] = [];
  #base = 0; // the seq of #entries[0]: all below have arrived
  #sends = 0; // counts sendings, of letters and probes alike
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pause = FIRST_PROBE_MS;
  #post: Post;
  #probe: (id: number) => void;

  constructor(post: Post, probe: (id: number) => void) {
    this.#post = post;
    this.#probe = probe;
  }

  /** Send a letter in its turn; `arrived` is called when Python has it. */
  put(letter: Letter, buffer: ArrayBuffer | null = null, arrived = () => {}): void {
    const entry = { letter, buffer, arrived, sentAt: 0 };
    this.#entries.push(entry);
    this.#count(entry, 1);
    this.#fill();
  }

  /**
   * Python has got everything below `upto`; `probe` names the probe that it answers. A claim
   * that cannot be true, of letters or probes that were never sent, is none.
   */
  acknowledge(upto: number, probe: number | null): void {
    const inFlight = this.#window.filter(({ sentAt }) => sentAt > 0).length;
    if (isWithin(upto, this.#base + 1, this.#base + inFlight)) {
      const those = this.#entries.splice(0, upto - this.#base);
      this.#base = upto;
      this.#rest();
      those.forEach((entry) => {
        this.#count(entry, -1);
        entry.arrived();
      });
    }
    if (isWithin(probe, 1, this.#sends)) {
      this.#rest();
      this.#resendBefore(probe);
    }
    this.#fill();
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#entries = [];
  }

  #count({ letter, buffer }: Entry, sign: 1 | -1): void {
    const of = letter.kind === "pcm" ? "samples" : "recorded";
    this.pending[of] += sign * (buffer?.byteLength ?? 0);
  }

  /** What may be in flight; all else waits. */
  get #window(): Entry[] {
    return this.#entries.slice(0, WINDOW);
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pause = FIRST_PROBE_MS;
  }

  #resendBefore(asked: number): void {
    this.#window.forEach((entry, index) => {
      if (entry.sentAt > 0 && entry.sentAt < asked) {
        this.#send(entry, this.#base + index);
      }
    });
  }

  #fill(): void {
    this.#window.forEach((entry, index) => {
      if (entry.sentAt === 0) {
        this.#send(entry, this.#base + index);
      }
    });
    if (this.#entries.length > 0) {
      this.#timer ??= setTimeout(() => this.#ask(), this.#pause);
    }
  }

  #send(entry: Entry, seq: number): void {
    entry.sentAt = ++this.#sends;
    this.#post({ ...entry.letter, seq }, entry.buffer);
  }

  #ask(): void {
    this.#probe(++this.#sends);
    this.#pause = Math.min(2 * this.#pause, LONGEST_PROBE_MS);
    this.#timer = setTimeout(() => this.#ask(), this.#pause);
  }
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && least <= Number(value) && Number(value) <= most;
}

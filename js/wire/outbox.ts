// Letters on their way to Python: in order, a window of them in flight, kept until acknowledged.
//
// A busy kernel only delays acknowledgements, and then nothing is sent twice: a probe, a few bytes,
// asks what has arrived. It travels behind the letters, so that a letter which was sent before an
// answered probe, and is not acknowledged, was lost and is resent.

import type { Letter } from "./protocol";

const WINDOW = 32;
const FIRST_PROBE_MS = 1_000;
const LONGEST_PROBE_MS = 5_000;

type Entry = {
  letter: Letter;
  buffer: ArrayBuffer | null;
  onAcknowledged: () => void;
  sentAt: number;
};

type Post = (message: Letter & { seq: number }, buffer: ArrayBuffer | null) => void;

export class Outbox {
  /** How many bytes are not acknowledged yet: recorded ones, and samples. */
  readonly pending = { recorded: 0, samples: 0 };

  #entries: Entry[] = [];
  #base = 0; // the seq of #entries[0]: all below are acknowledged
  #sends = 0; // of letters and probes alike
  #timer: ReturnType<typeof setTimeout> | undefined;
  #interval = FIRST_PROBE_MS;
  #post: Post;
  #probe: (id: number) => void;

  constructor(post: Post, probe: (id: number) => void) {
    this.#post = post;
    this.#probe = probe;
  }

  /** Send a letter in its turn; `onAcknowledged` is called when Python has it. */
  put(letter: Letter, buffer: ArrayBuffer | null = null, onAcknowledged = () => {}): void {
    const entry = { letter, buffer, onAcknowledged, sentAt: 0 };
    this.#entries.push(entry);
    this.#count(entry, 1);
    this.#fill();
  }

  /**
   * Python has every letter below `upto`; `probe` is the probe that it answers. Numbers of letters
   * and probes that were never sent are ignored.
   */
  acknowledge(upto: number, probe: number | null): void {
    const inFlight = this.#window.filter(({ sentAt }) => sentAt > 0).length;
    if (isWithin(upto, this.#base + 1, this.#base + inFlight)) {
      const acknowledged = this.#entries.splice(0, upto - this.#base);
      this.#base = upto;
      this.#stopProbing();
      acknowledged.forEach((entry) => {
        this.#count(entry, -1);
        entry.onAcknowledged();
      });
    }
    if (isWithin(probe, 1, this.#sends)) {
      this.#stopProbing();
      this.#resendBefore(probe);
    }
    this.#fill();
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#entries = [];
  }

  #count({ letter, buffer }: Entry, sign: 1 | -1): void {
    const kind = letter.kind === "pcm" ? "samples" : "recorded";
    this.pending[kind] += sign * (buffer?.byteLength ?? 0);
  }

  /** The letters that may be in flight. */
  get #window(): Entry[] {
    return this.#entries.slice(0, WINDOW);
  }

  #stopProbing(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#interval = FIRST_PROBE_MS;
  }

  #resendBefore(probe: number): void {
    this.#window.forEach((entry, index) => {
      if (entry.sentAt > 0 && entry.sentAt < probe) {
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
      this.#timer ??= setTimeout(() => this.#sendProbe(), this.#interval);
    }
  }

  #send(entry: Entry, seq: number): void {
    entry.sentAt = ++this.#sends;
    this.#post({ ...entry.letter, seq }, entry.buffer);
  }

  #sendProbe(): void {
    this.#probe(++this.#sends);
    this.#interval = Math.min(2 * this.#interval, LONGEST_PROBE_MS);
    this.#timer = setTimeout(() => this.#sendProbe(), this.#interval);
  }
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && least <= Number(value) && Number(value) <= most;
}

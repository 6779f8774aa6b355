// The letters that are on their way to Python. They are sent in order, a window at a time, and kept
// until they are acknowledged.
//
// A busy kernel acknowledges late, so that a late acknowledgement alone resends nothing. A probe of
// a few bytes requests one. It travels behind the letters: a letter that was sent before the probe,
// and that the answer does not acknowledge, was lost and is resent.

import type { Letter } from "./protocol";

const WINDOW = 32;
const FIRST_PROBE_MS = 1_000;
const MAX_PROBE_MS = 5_000;

type Entry = {
  letter: Letter;
  buffer: ArrayBuffer | null;
  onAcknowledged: () => void;
  sentAt: number;
};

type Post = (message: Letter & { seq: number }, buffer: ArrayBuffer | null) => void;

export class Outbox {
  /** The number of bytes that are not yet acknowledged: recorded ones, and samples. */
  readonly pending = { recorded: 0, samples: 0 };

  #entries: Entry[] = [];
  #base = 0; // the `seq` of #entries[0]: all letters below it are acknowledged
  #sends = 0; // counts letters and probes
  #timer: ReturnType<typeof setTimeout> | undefined;
  #interval = FIRST_PROBE_MS;
  #post: Post;
  #probe: (id: number) => void;

  constructor(post: Post, probe: (id: number) => void) {
    this.#post = post;
    this.#probe = probe;
  }

  /** Send a letter after those before it; `onAcknowledged` is called when Python has it. */
  put(letter: Letter, buffer: ArrayBuffer | null = null, onAcknowledged = () => {}): void {
    const entry = { letter, buffer, onAcknowledged, sentAt: 0 };
    this.#entries.push(entry);
    this.#count(entry, 1);
    this.#fill();
  }

  /**
   * Handle an acknowledgement of every letter below `upto`, which answers `probe` unless that is
   * null. Numbers of letters and probes that were never sent are ignored.
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
    this.#interval = Math.min(2 * this.#interval, MAX_PROBE_MS);
    this.#timer = setTimeout(() => this.#sendProbe(), this.#interval);
  }
}

function isWithin(value: unknown, min: number, max: number): value is number {
  return Number.isInteger(value) && min <= Number(value) && Number(value) <= max;
}

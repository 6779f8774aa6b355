// A test of the microphone that a person starts: it is open for a few seconds, and nothing is kept.

import { Stopwatch } from "../capture/stopwatch";
import { openSource } from "../sources/open";
import type { OpenSource } from "../sources/stream";
import type { Source } from "../wire/protocol";

const LONGEST_MS = 10_000;

export class Trial {
  #open: OpenSource | null = null;
  #wish: Source | null = null; // what it is to listen to
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watch = new Stopwatch();

  /** `changed` is called when it has begun or ended; with an error where it could not begin. */
  constructor(readonly changed: (error?: unknown) => void) {}

  /** Whether it listens, or is about to. */
  get isOn(): boolean {
    return this.#wish !== null;
  }

  /** What it listens to, once the browser has opened it. */
  get stream(): MediaStream | null {
    return this.#open?.stream ?? null;
  }

  get seconds(): number {
    return this.#watch.seconds;
  }

  async begin(source: Source): Promise<void> {
    const wish = (this.#wish = { ...source });
    this.changed();
    try {
      const open = await openSource(source);
      if (this.#wish !== wish) {
        return open.close();
      }
      this.#open = open;
      this.#watch = new Stopwatch();
      this.#watch.start();
      this.#timer = setTimeout(() => this.end(), LONGEST_MS);
      this.changed();
    } catch (error) {
      if (this.#wish === wish) {
        this.#wish = null;
        this.changed(error);
      }
    }
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#open?.close();
    this.#open = null;
    if (this.#wish !== null) {
      this.#wish = null;
      this.changed();
    }
  }
}

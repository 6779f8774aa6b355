// The microphone test: it opens the microphone for at most ten seconds and records nothing.

import { Stopwatch } from "../capture/stopwatch";
import type { OpenSource } from "../sources/stream";

const MAX_MS = 10_000;

export class MicrophoneTest {
  #source: OpenSource | null = null;
  #attempt: object | null = null; // identifies the latest begin(), until it fails or ends
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopwatch = new Stopwatch();

  /** Calls `onChange` when a test begins, runs or ends, and with an error if it cannot run. */
  constructor(readonly onChange: (error?: unknown) => void) {}

  /** Whether a test runs or is starting. */
  get isOn(): boolean {
    return this.#attempt !== null;
  }

  /** The stream of the test, once the browser has opened it. */
  get stream(): MediaStream | null {
    return this.#source?.stream ?? null;
  }

  get seconds(): number {
    return this.#stopwatch.seconds;
  }

  /** Test the source that `open` opens. */
  async begin(open: () => Promise<OpenSource>): Promise<void> {
    const attempt = (this.#attempt = {});
    this.onChange();
    try {
      const source = await open();
      if (this.#attempt !== attempt) {
        source.close();
        return;
      }
      this.#source = source;
      this.#stopwatch = new Stopwatch();
      this.#stopwatch.start();
      this.#timer = setTimeout(() => this.end(), MAX_MS);
      this.onChange();
    } catch (error) {
      if (this.#attempt === attempt) {
        this.#attempt = null;
        this.onChange(error);
      }
    }
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    if (this.#attempt !== null) {
      this.#attempt = null;
      this.onChange();
    }
  }
}

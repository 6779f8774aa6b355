// When the user's `dataavailable` is due, while the native recorder's chunks come more often.

const NATIVE_MS = 100;

export class Timeslice {
  #last = 0;
  #requests = 0;

  /** `requested` is the user's, in milliseconds; null is one event at the end. */
  constructor(readonly requested: number | null) {}

  /** What the native recorder is started with: the longest slice of ours that divides the user's. */
  get native(): number {
    const { requested } = this;
    return requested === null ? NATIVE_MS : requested / Math.ceil(requested / NATIVE_MS);
  }

  /** The user calls requestData(): an event is due with the next chunk. */
  request(): void {
    this.#requests += 1;
  }

  /**
   * Whether an event is due with a chunk that comes `now`, in milliseconds of recording. Chunks come
   * a little early or late (Chromium's hold whole packets of 60 ms), so the next event is due by the
   * user's clock and not by the chunk's: else the error would add up. Once the recorder is inactive,
   * only a requested one is: the rest belongs to the end.
   */
  isDue(now: number, isInactive: boolean): boolean {
    const { requested, native } = this;
    if (this.#requests > 0) {
      this.#requests -= 1;
      this.#last = now;
      return true;
    }
    const passed = now - this.#last;
    if (requested === null || passed < requested - native / 2) {
      return false;
    }
    this.#last += requested * Math.round(passed / requested);
    return !isInactive;
  }
}

// When the user's `dataavailable` is due, while the native recorder's chunks come more often.

const OURS_MS = 100;

export class Timeslice {
  #last = 0;
  #requests = 0;

  /** `asked` is the user's, in milliseconds; null is one event at the end. */
  constructor(readonly asked: number | null) {}

  /** What the native recorder is started with: the longest slice of ours that divides the user's. */
  get ours(): number {
    return this.asked === null ? OURS_MS : this.asked / Math.ceil(this.asked / OURS_MS);
  }

  /** The user has asked for what was gathered so far: it is due with the next chunk. */
  request(): void {
    this.#requests += 1;
  }

  /**
   * Whether it is due with a chunk that comes `now`, in milliseconds of recording. Chunks come a
   * little early or late (Chromium's hold whole packets of 60 ms), so the next one is due by the
   * user's clock and not by the chunk's: else the error would add up. Once the recorder is
   * inactive, only what was requested is: the rest belongs to the end.
   */
  isDue(now: number, isInactive: boolean): boolean {
    if (this.#requests > 0) {
      this.#requests -= 1;
      this.#last = now;
      return true;
    }
    const passed = now - this.#last;
    if (this.asked === null || passed < this.asked - this.ours / 2) {
      return false;
    }
    this.#last += this.asked * Math.round(passed / this.asked);
    return !isInactive;
  }
}

// Decides when the user's `dataavailable` is due. The native recorder's chunks are more frequent.

const NATIVE_MS = 100;

export class Timeslice {
  #last = 0;
  #requests = 0;

  /** `requested` is the user's timeslice in milliseconds; null is one event at the end. */
  constructor(readonly requested: number | null) {}

  /** The native recorder's timeslice: an equal fraction of the user's, at most NATIVE_MS. */
  get native(): number {
    const { requested } = this;
    return requested === null ? NATIVE_MS : requested / Math.ceil(requested / NATIVE_MS);
  }

  /** Handle requestData(): an event is due with the next chunk. */
  request(): void {
    this.#requests += 1;
  }

  /**
   * Whether an event is due with a chunk that arrives at `now`, in milliseconds of recording.
   * Chunks are a little early or late (Chromium's contain whole packets of 60 ms). So that errors
   * do not add up, the timeslice counts from when the last event was due, not from its chunk. Once
   * the recorder is inactive, only a requested event is due: the remaining data belongs to the end.
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

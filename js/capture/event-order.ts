// Which events Python is to see, from those that the browser fires. Pure.
//
// The standard's order is start, then pause and resume, then dataavailable, then stop, and
// nothing after that. Browsers differ: they fire `start` when the encoder has begun, Chromium at
// its first data only, so that a pause may be seen before it (bug: start comes after pause and
// resume); and Firefox has been seen to fire `dataavailable` after `stop`.

export type NativeEvent = "start" | "pause" | "resume" | "dataavailable" | "error" | "stop";

export class EventOrder {
  #started = false;
  #stopped = false;

  /** The events to report, in order, now that the browser has fired `native`. */
  next(native: NativeEvent): NativeEvent[] {
    if (this.#stopped) {
      return [];
    }
    this.#stopped = native === "stop";
    if (this.#started) {
      return native === "start" ? [] : [native];
    }
    this.#started = true;
    return native === "start" ? ["start"] : ["start", native];
  }
}

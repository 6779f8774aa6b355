// Which events Python is to see, from those that the browser fires. Pure.
//
// The standard's order is start, then pause and resume, then dataavailable, then stop, and
// nothing after that. Browsers differ: Chromium fires `start` at the first encoded data only,
// so that pause and resume come before it; Firefox fires empty blobs around its `stop`.

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

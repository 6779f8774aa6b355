// Which events Python gets, from those that the browser fires. Pure.
//
// The standard's order is start, then pause and resume, then dataavailable, then stop, and nothing
// after that. Browsers differ: Chromium fires `start` when its encoder has its first data, so that a
// pause may come before it (bug: start comes after pause and resume); and Firefox has been seen to
// fire `dataavailable` after `stop`.

export type NativeEvent = "start" | "pause" | "resume" | "dataavailable" | "error" | "stop";

export class EventOrder {
  #hasStarted = false;
  #hasStopped = false;

  /** The events to report, in order, now that the browser has fired `native`. */
  next(native: NativeEvent): NativeEvent[] {
    if (this.#hasStopped) {
      return [];
    }
    this.#hasStopped = native === "stop";
    if (this.#hasStarted) {
      return native === "start" ? [] : [native];
    }
    this.#hasStarted = true;
    return native === "start" ? ["start"] : ["start", native];
  }
}

// Puts the browser's events into the standard's order.
//
// In the standard, `start` is the first event and `stop` the last. Browsers differ. Chromium fires
// `start` when its encoder has its first data, which may be after `pause`
// (bug: start comes after pause and resume). Firefox has been seen to fire `dataavailable` after
// `stop`.

export type NativeEvent = "start" | "pause" | "resume" | "dataavailable" | "error" | "stop";

export class EventOrder {
  #hasStarted = false;
  #hasStopped = false;

  /** Return the events to report, in order, after the browser has fired `native`. */
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

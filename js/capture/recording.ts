// Records one take: one native MediaRecorder with one stream, from start() to the last letter.
//
// The native recorder always has a short timeslice, so that bytes leave the page during the
// recording. The `dataavailable` events that Python gets follow the user's timeslice.

import type { OpenSource } from "../sources/stream";
import { toFault } from "../wire/fault";
import type { EndedBy, Fault, State } from "../wire/protocol";
import { AutoStop } from "./auto-stop";
import { Batcher, type Destination } from "./batcher";
import { EventOrder, type NativeEvent } from "./event-order";
import { nextMacrotask } from "./macrotask";
import type { Setup, StartRequest } from "./setup";
import { Stopwatch } from "./stopwatch";
import { Timeslice } from "./timeslice";
import { watchEnd, watchMute } from "./tracks";

const LAST_EVENT_STEPS = 10;
const LAST_EVENT_STEP_MS = 500;

export class Recording {
  readonly request: StartRequest;
  readonly stopwatch = new Stopwatch();
  /** Settles when the last letter has been reported. */
  readonly ended: Promise<void>;

  /** The number of bytes recorded so far. */
  bytes = 0;

  #order = new EventOrder();
  #batcher: Batcher;
  #resolveEnded!: () => void;
  #mimeType = "";
  #firstTimecode: number | undefined;
  #timecode: number | null = null; // of the first chunk since the last event
  #timeslice: Timeslice;
  #endedBy: EndedBy = "track ended";
  #hasStopped = false;
  #autoStop: AutoStop;
  #lastEvent: ReturnType<typeof setTimeout> | undefined;

  /** Start to record `source`. If the browser throws, close the source, and rethrow. */
  static begin(source: OpenSource, setup: Setup, destination: Destination): Recording {
    try {
      const native = new MediaRecorder(source.stream, setup.options.recorder);
      const recording = new Recording(native, source, setup, destination);
      recording.#start();
      return recording;
    } catch (thrown) {
      source.close();
      destination.decoder?.abandon();
      destination.backup.delivered();
      throw thrown;
    }
  }

  private constructor(
    readonly native: MediaRecorder,
    readonly source: OpenSource,
    setup: Setup,
    readonly destination: Destination,
  ) {
    const { request } = setup;
    this.request = request;
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
    this.#batcher = new Batcher(request.take, destination, this.stopwatch);
    this.#timeslice = new Timeslice(request.timeslice);
    const stop = (by: EndedBy) => void this.stop(by);
    this.#autoStop = new AutoStop(native, this.stopwatch, source, setup, stop);
  }

  get state(): State {
    return this.#hasStopped ? "inactive" : this.native.state;
  }

  /**
   * The actual type, from the `start` event on. Firefox clears it before the last data
   * (bug: mimeType is gone at the stop event's dataavailable).
   */
  get mimeType(): string {
    return this.#mimeType || this.native.mimeType;
  }

  #start(): void {
    const { native } = this;
    native.onstart = (event) => this.#onNative("start", event);
    native.onpause = (event) => this.#onNative("pause", event);
    native.onresume = (event) => this.#onNative("resume", event);
    native.ondataavailable = (event) => this.#onNative("dataavailable", event);
    native.onerror = (event) => this.#onNative("error", event);
    native.onstop = (event) => this.#onNative("stop", event);
    watchEnd(this.source.stream, () => void this.stop("track ended"));
    try {
      native.start(this.#timeslice.native);
    } catch (thrown) {
      // In Chromium it may record nevertheless (bug: start that throws leaves it recording).
      this.#order.next("stop");
      this.abandon();
      this.#resolveEnded();
      throw thrown;
    }
    this.stopwatch.start();
    this.#autoStop.resume();
  }

  pause(): void {
    this.native.pause();
    this.stopwatch.pause();
  }

  resume(): void {
    this.native.resume();
    this.stopwatch.start();
    this.#autoStop.resume();
  }

  requestData(): void {
    this.#timeslice.request();
    this.native.requestData();
  }

  /** Settles when the source is released (bug: stop drops what waits while the page is busy). */
  async stop(by: EndedBy = "stop"): Promise<void> {
    if (!this.#hasStopped) {
      this.#markStopped(this.native.state === "inactive" ? this.#endedBy : by);
      await nextMacrotask();
      this.#stopNative();
    }
  }

  /** Send the batch of a closing page, if possible. */
  flushAtClose(): void {
    this.#batcher.flushAtClose();
  }

  /** Stop without further reports, since the kernel is gone; the backup stays in the store. */
  abandon(): void {
    this.#batcher.abandon();
    if (this.state !== "inactive") {
      this.#markStopped("kernel gone");
    }
    this.#stopNative();
  }

  #markStopped(by: EndedBy): void {
    this.#hasStopped = true;
    this.#endedBy = by;
    this.stopwatch.pause();
    this.#autoStop.close();
  }

  #stopNative(): void {
    if (this.native.state !== "inactive") {
      this.native.stop();
    }
    this.#awaitLastEvent(LAST_EVENT_STEPS);
    this.#release();
  }

  #release(): void {
    this.#autoStop.close();
    this.source.close();
  }

  /**
   * Wait for `stop` with a timeout, since a recorder without data may never fire it. The timeout
   * has several steps, so that a page that was blocked for long handles its queued events first.
   */
  #awaitLastEvent(steps: number): void {
    this.#lastEvent = setTimeout(
      () =>
        steps > 1 ? this.#awaitLastEvent(steps - 1) : this.#onNative("stop", new Event("stop")),
      LAST_EVENT_STEP_MS,
    );
  }

  // The browser's events ------------------------------------------------------------------

  #onNative(native: NativeEvent, event: Event): void {
    for (const name of this.#order.next(native)) {
      this.#emit(name, event);
    }
  }

  #emit(name: NativeEvent, event: Event): void {
    const { take } = this.request;
    switch (name) {
      case "start":
        return this.#onStart();
      case "pause":
        return this.#batcher.send({ kind: "paused", take });
      case "resume":
        return this.#batcher.send({ kind: "resumed", take });
      case "error":
        return this.#onError(event);
      case "dataavailable":
        return this.#onData(event as BlobEvent);
      case "stop":
        return this.#onStop();
    }
  }

  #onStart(): void {
    this.#mimeType = this.native.mimeType;
    const { take } = this.request;
    const { settings } = this.source;
    const at = Date.now() - 1000 * this.stopwatch.seconds;
    this.destination.backup.begin({ at, settings, mime_type: this.#mimeType });
    this.#batcher.send({ kind: "started", take, at, settings });
    watchMute(this.source.stream, () => this.#onMute());
  }

  #onError(event: Event): void {
    this.#endedBy = "error";
    // Not an ErrorEvent in Firefox (bug: an error event is a MediaRecorderErrorEvent), and a plain
    // Event in Chromium before 114.
    const { error } = event as Event & { error?: unknown };
    this.#sendFault(toFault(error ?? "The recorder failed."));
  }

  #onData({ data, timecode }: BlobEvent): void {
    const now = 1000 * this.stopwatch.seconds;
    const isDue = this.#timeslice.isDue(now, this.native.state === "inactive");
    this.#mimeType ||= data.type;
    this.bytes += data.size;
    // Missing in Firefox (bug: no timecode).
    if (Number.isFinite(timecode)) {
      this.#firstTimecode ??= timecode;
      this.#timecode ??= timecode - this.#firstTimecode;
    }
    this.#batcher.add(data, now, this.native.state === "paused");
    if (isDue) {
      this.#batcher.send({ kind: "dataavailable", ...this.#available() });
    }
    if (!this.#hasStopped) {
      this.#autoStop.count(data.size);
    }
  }

  #onStop(): void {
    clearTimeout(this.#lastEvent);
    this.stopwatch.pause();
    this.#release();
    const [ended_by, { seconds }] = [this.#endedBy, this.stopwatch];
    void this.#batcher
      .end({ kind: "stopped", ...this.#available(), ended_by, seconds })
      .then(this.#resolveEnded);
  }

  /** Return the fields of the next `dataavailable`. */
  #available(): { take: string; mime_type: string; timecode: number | null } {
    const [take, mime_type, timecode] = [this.request.take, this.mimeType, this.#timecode];
    this.#timecode = null;
    return { take, mime_type, timecode };
  }

  /** Report an error that does not end the recording. */
  #onMute(): void {
    if (this.native.state !== "inactive") {
      this.#sendFault({
        name: "NotReadableError",
        message: "The microphone is muted.",
        cause: "muted",
      });
    }
  }

  #sendFault(fault: Fault): void {
    this.#batcher.send({ kind: "failed", take: this.request.take, fault });
  }
}

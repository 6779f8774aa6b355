// One take: one native MediaRecorder over one stream, from start() to its last letter.
//
// The native recorder always runs with a short timeslice of ours, so that bytes leave the page
// while it records; the `dataavailable` events that Python sees follow the user's timeslice.

import type { OpenSource } from "../sources/stream";
import { toFault } from "../wire/fault";
import type { EndedBy, Fault, Limits, Options, State } from "../wire/protocol";
import { Ending } from "./auto-stop";
import { Gathering, type Destination } from "./batcher";
import { EventOrder, type NativeEvent } from "./event-order";
import { turn } from "./macrotask";
import { Stopwatch } from "./stopwatch";
import { Timeslice } from "./timeslice";

const LAST_EVENT_STEPS = 10;
const LAST_EVENT_STEP_MS = 500;

/** What was asked of a start: milliseconds of timeslice, seconds after which to stop by itself. */
export type Wish = { take: string; timeslice: number | null; seconds: number | null };

export class Recording {
  readonly stopwatch = new Stopwatch();
  /** Settles when the last letter has been reported. */
  readonly ended: Promise<void>;

  /** How many bytes there are so far. */
  bytes = 0;

  #order = new EventOrder();
  #gathering: Gathering;
  #resolveEnded!: () => void;
  #mimeType = "";
  #firstTimecode: number | undefined;
  #timecode: number | null = null; // of the first chunk since the last event
  #timeslice: Timeslice;
  #endedBy: EndedBy = "track ended";
  #hasStopped = false;
  #ending: Ending;
  #lastEvent: ReturnType<typeof setTimeout> | undefined;

  /** Record `source` from now on; throws what the browser throws, and then it is closed. */
  static begin(
    source: OpenSource,
    { recorder, limits }: Options,
    wish: Wish,
    ways: Destination,
  ): Recording {
    try {
      const native = new MediaRecorder(source.stream, recorder);
      const recording = new Recording(native, source, limits, wish, ways);
      recording.#start();
      return recording;
    } catch (thrown) {
      source.close();
      ways.decoding?.abandon();
      ways.keeper.delivered();
      throw thrown;
    }
  }

  private constructor(
    readonly native: MediaRecorder,
    readonly source: OpenSource,
    limits: Limits,
    readonly wish: Wish,
    readonly ways: Destination,
  ) {
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
    this.#gathering = new Gathering(wish.take, ways, this.stopwatch);
    this.#timeslice = new Timeslice(wish.timeslice);
    const stop = (by: EndedBy) => void this.stop(by);
    this.#ending = new Ending(native, this.stopwatch, source, limits, wish.seconds, stop);
  }

  get state(): State {
    return this.#hasStopped ? "inactive" : this.native.state;
  }

  /**
   * The true type, from the `start` event on. Firefox tells it no more when the last data comes
   * (bug: mimeType is gone at the stop event's dataavailable).
   */
  get mimeType(): string {
    return this.#mimeType || this.native.mimeType;
  }

  #start(): void {
    const { native } = this;
    native.onstart = () => this.#see("start");
    native.onpause = () => this.#see("pause");
    native.onresume = () => this.#see("resume");
    native.ondataavailable = (event) => this.#see("dataavailable", event);
    native.onerror = (event) => this.#see("error", event);
    native.onstop = () => this.#see("stop");
    for (const track of this.source.stream.getTracks()) {
      track.addEventListener("ended", this.#endWithTracks);
    }
    try {
      native.start(this.#timeslice.ours);
    } catch (thrown) {
      // In Chromium it goes on, and may even record (bug: start that throws leaves it recording).
      this.#order.next("stop");
      this.abandon();
      this.#resolveEnded();
      throw thrown;
    }
    this.stopwatch.start();
    this.#ending.goOn();
  }

  pause(): void {
    this.native.pause();
    this.stopwatch.pause();
  }

  resume(): void {
    this.native.resume();
    this.stopwatch.start();
    this.#ending.goOn();
  }

  requestData(): void {
    this.#timeslice.request();
    this.native.requestData();
  }

  /** Settles when the source is let go (bug: stop drops what waits while the page is busy). */
  async stop(by: EndedBy = "stop"): Promise<void> {
    if (!this.#hasStopped) {
      this.#beStopped(this.native.state === "inactive" ? this.#endedBy : by);
      await turn();
      this.#stopNative();
    }
  }

  #beStopped(by: EndedBy): void {
    this.#hasStopped = true;
    this.#endedBy = by;
    this.stopwatch.pause();
    this.#ending.close();
  }

  #stopNative(): void {
    if (this.native.state !== "inactive") {
      this.native.stop();
    }
    this.#awaitLastEvent(LAST_EVENT_STEPS);
    this.#release();
  }

  /** (bug: a recorder goes on when its permission is taken back) */
  #endWithTracks = (): void => {
    const over = this.source.stream.getTracks().every(({ readyState }) => readyState === "ended");
    if (over) {
      void this.stop("track ended");
    }
  };

  /** The page is being closed: report what waits to travel together, if it can still go. */
  leave(): void {
    this.#gathering.leave();
  }

  /** Report nothing more, since nobody listens; what was recorded stays in the store. */
  abandon(): void {
    this.#gathering.abandon();
    if (this.state !== "inactive") {
      this.#beStopped("kernel gone");
    }
    this.#stopNative();
  }

  #release(): void {
    this.#ending.close();
    this.source.close();
  }

  /**
   * A recorder without data may never fire `stop`; nobody shall wait for it forever. In small
   * steps: a page that was stuck for long has its events still before it.
   */
  #awaitLastEvent(steps: number): void {
    this.#lastEvent = setTimeout(
      () => (steps > 1 ? this.#awaitLastEvent(steps - 1) : this.#see("stop")),
      LAST_EVENT_STEP_MS,
    );
  }

  #see(native: NativeEvent, event?: Event): void {
    for (const name of this.#order.next(native)) {
      this.#tell(name, event);
    }
  }

  #tell(name: NativeEvent, event: Event | undefined): void {
    const { take } = this.wish;
    switch (name) {
      case "start": {
        this.#mimeType = this.native.mimeType;
        const { settings } = this.source;
        const at = Date.now() - 1000 * this.stopwatch.seconds;
        this.ways.keeper.begin({ at, settings, mime_type: this.#mimeType });
        this.#gathering.say({ kind: "started", take, at, settings });
        return this.#mindMuting();
      }
      case "pause":
        return this.#gathering.say({ kind: "paused", take });
      case "resume":
        return this.#gathering.say({ kind: "resumed", take });
      case "error":
        return this.#fail(event as Event);
      case "dataavailable":
        return this.#keep(event as BlobEvent);
      case "stop":
        return this.#finish();
    }
  }

  #fail(event: Event): void {
    this.#endedBy = "error";
    // Firefox has a class of its own for it (bug: an error event is a MediaRecorderErrorEvent),
    // Chromium's was a plain Event before 114.
    const { error } = event as ErrorEvent;
    const fault = toFault(error ?? "The recorder failed.");
    this.#gathering.say({ kind: "failed", take: this.wish.take, fault });
  }

  #keep({ data, timecode }: BlobEvent): void {
    const now = 1000 * this.stopwatch.seconds;
    const isDue = this.#timeslice.isDue(now, this.native.state === "inactive");
    this.#mimeType ||= data.type;
    this.bytes += data.size;
    // Firefox tells none (bug: no timecode).
    if (Number.isFinite(timecode)) {
      this.#firstTimecode ??= timecode;
      this.#timecode ??= timecode - this.#firstTimecode;
    }
    this.#gathering.add(data, now, this.native.state === "paused");
    if (isDue) {
      this.#gathering.say({ kind: "dataavailable", ...this.#available() });
    }
    if (!this.#hasStopped) {
      this.#ending.count(data.size);
    }
  }

  #mindMuting(): void {
    for (const track of this.source.stream.getTracks()) {
      track.addEventListener("mute", this.#sayMuted);
      if (track.muted) {
        this.#sayMuted();
      }
    }
  }

  /** An error that ends nothing. */
  #sayMuted = (): void => {
    if (this.native.state !== "inactive") {
      const fault: Fault = { name: "NotReadableError", message: "It is muted.", cause: "muted" };
      this.#gathering.say({ kind: "failed", take: this.wish.take, fault });
    }
  };

  /** What a `dataavailable` tells now. */
  #available(): { take: string; mime_type: string; timecode: number | null } {
    const [take, mime_type, timecode] = [this.wish.take, this.mimeType, this.#timecode];
    this.#timecode = null;
    return { take, mime_type, timecode };
  }

  #finish(): void {
    clearTimeout(this.#lastEvent);
    this.stopwatch.pause();
    this.#release();
    const [ended_by, { seconds }] = [this.#endedBy, this.stopwatch];
    void this.#gathering
      .end({ kind: "stopped", ...this.#available(), ended_by, seconds })
      .then(this.#resolveEnded);
  }
}

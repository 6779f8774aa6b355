// Ends a take automatically: after the requested duration, and at the limits that end a forgotten
// recording. It checks four times a second and at each chunk, since the timers of a hidden page are
// late, and the chunks of some browsers are, too.

import type { OpenSource } from "../sources/stream";
import type { EndedBy, Limits } from "../wire/protocol";
import type { Setup } from "./setup";
import type { SilenceDetector } from "./silence-detector";
import type { Stopwatch } from "./stopwatch";

const CHECK_SECONDS = 0.25;
// Added to the requested duration: encoders drop an incomplete last frame (60 ms in Opus), and
// start a moment late.
const EXTRA_SECONDS = 0.3;
const EXTRA_SECONDS_MP4 = 0.6;
/** A shorter recording may have no decodable data, and is not ended at max_bytes. */
const MIN_SECONDS = 0.5;
/** The maximum of Opus, even if a higher rate is requested. */
const MAX_BIT_RATE = 510_000;
/** Bytes that the muxer holds back (bug: a page of Ogg waits until it is full). */
const OGG_PAGE = 4_300;
/** A margin for variable bit rates. */
const MARGIN = 1.5;

export class AutoStop {
  #limits: Limits;
  #requested: number | null; // seconds
  #silence: SilenceDetector | null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #bytes = 0;
  #countedAt = 0; // the time of the last chunk, in seconds of recording

  /** `stop` is called with the reason for the end. */
  constructor(
    readonly native: MediaRecorder,
    readonly stopwatch: Stopwatch,
    source: OpenSource,
    { options: { limits }, request, Detector }: Setup,
    readonly stop: (by: EndedBy) => void,
  ) {
    this.#limits = limits;
    this.#requested = request.seconds;
    const channels = Math.max(2, Number(source.settings["channelCount"] ?? 2));
    const { stop_on_silence: silence } = limits;
    this.#silence = silence && Detector && new Detector(source.stream, channels, ...silence);
  }

  /** The recording has started, or resumed after a pause. */
  resume(): void {
    this.#silence?.restart();
    this.#check();
  }

  /** Count the bytes of a chunk. */
  count(bytes: number): void {
    this.#bytes += bytes;
    this.#countedAt = this.stopwatch.seconds;
    this.#check();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#silence?.close();
  }

  #check(): void {
    clearTimeout(this.#timer);
    const due = this.#due();
    if (typeof due === "number") {
      this.#timer = setTimeout(() => this.#check(), 1000 * Math.min(due, CHECK_SECONDS));
    } else {
      this.stop(due);
    }
  }

  /** Return what ends the recording now, or else the seconds until the next check. */
  #due(): EndedBy | number {
    switch (this.native.state) {
      case "inactive":
        return "track ended"; // without an event on iOS
      case "paused":
        return CHECK_SECONDS;
      case "recording":
        return this.#dueAfter(this.stopwatch.seconds);
    }
  }

  #dueAfter(seconds: number): EndedBy | number {
    const requested = this.#requested;
    const { max_duration, max_bytes } = this.#limits;
    const maxDuration = max_duration ?? Infinity;
    const extra = this.native.mimeType.includes("mp4") ? EXTRA_SECONDS_MP4 : EXTRA_SECONDS;
    const isWithin = requested !== null && requested <= maxDuration;
    const remaining = (isWithin ? requested + extra : maxDuration) - seconds;
    if (remaining <= 0) {
      return isWithin ? "stop" : "max_duration";
    }
    if (
      max_bytes !== null &&
      seconds > MIN_SECONDS &&
      this.#bytesAtNextCheck(seconds) > max_bytes
    ) {
      return "max_bytes";
    }
    return this.#silence?.isReached() ? "silence" : remaining;
  }

  /** Estimate the size of the blob if the recording ends at the next check, even a late one. */
  #bytesAtNextCheck(seconds: number): number {
    const nominal = Math.min(this.native.audioBitsPerSecond, MAX_BIT_RATE) / 8;
    const rate = Math.max(nominal, this.#bytes / Math.max(this.#countedAt, CHECK_SECONDS));
    const heldBack = this.native.mimeType.includes("ogg") ? OGG_PAGE : 0;
    return this.#bytes + heldBack + MARGIN * rate * (seconds - this.#countedAt + 2 * CHECK_SECONDS);
  }
}

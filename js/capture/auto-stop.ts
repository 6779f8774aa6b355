// When a take ends by itself: after the seconds that were asked for, and at the limits that were
// set for the stop that somebody forgot. It looks four times a second and at each chunk: the
// timers of a hidden page come late, and some browsers' chunks do.

import type { OpenSource } from "../sources/stream";
import type { EndedBy, Limits } from "../wire/protocol";
import { Silence } from "./silence-detector";
import type { Stopwatch } from "./stopwatch";

const LOOK_SECONDS = 0.25;
// Encoders leave out a last frame that is not full (Opus: 60 ms), and begin a moment late.
const MORE_SECONDS = 0.3;
const MORE_SECONDS_MP4 = 0.6;
/** A shorter recording may hold nothing that can be decoded, and is not ended for its bytes. */
const SHORTEST_SECONDS = 0.5;
/** Opus has no more, whatever is asked for. */
const HIGHEST_BIT_RATE = 510_000;
/** What it holds back (bug: a page of Ogg waits until it is full). */
const OGG_PAGE = 4_300;
/** Variable bit rates vary. */
const CAUTION = 1.5;

export class Ending {
  #silence: Silence | null;
  #alarm: ReturnType<typeof setTimeout> | undefined;
  #bytes = 0;
  #countedAt = 0; // seconds of recording

  /** `asked` is how many seconds are to be recorded, or null. */
  constructor(
    readonly native: MediaRecorder,
    readonly stopwatch: Stopwatch,
    source: OpenSource,
    readonly limits: Limits,
    readonly asked: number | null,
    readonly end: (by: EndedBy) => void,
  ) {
    const channels = Math.max(2, Number(source.settings["channelCount"] ?? 2));
    const { stop_on_silence: silence } = limits;
    this.#silence = silence && new Silence(source.stream, channels, ...silence);
  }

  /** The recording has begun, or goes on after a pause. */
  goOn(): void {
    this.#silence?.restart();
    this.#look();
  }

  /** A chunk of so many bytes has come. */
  count(bytes: number): void {
    this.#bytes += bytes;
    this.#countedAt = this.stopwatch.seconds;
    this.#look();
  }

  /** Look no more. */
  close(): void {
    clearTimeout(this.#alarm);
    this.#silence?.close();
  }

  #look(): void {
    clearTimeout(this.#alarm);
    const { state } = this.native;
    // On iOS it may have stopped by itself, and tells nobody.
    const reached =
      state === "inactive"
        ? "track ended"
        : state === "paused"
          ? LOOK_SECONDS
          : this.#reached(this.stopwatch.seconds);
    if (typeof reached === "number") {
      this.#alarm = setTimeout(() => this.#look(), 1000 * Math.min(reached, LOOK_SECONDS));
    } else {
      this.end(reached);
    }
  }

  /** What is reached after so many seconds of recording; else how many are left. */
  #reached(seconds: number): EndedBy | number {
    const { asked, native } = this;
    const { max_duration, max_bytes } = this.limits;
    const longest = max_duration ?? Infinity;
    const more = native.mimeType.includes("mp4") ? MORE_SECONDS_MP4 : MORE_SECONDS;
    const isEnough = asked !== null && asked <= longest;
    const left = (isEnough ? asked + more : longest) - seconds;
    if (left <= 0) {
      return isEnough ? "stop" : "max_duration";
    }
    if (max_bytes !== null && seconds > SHORTEST_SECONDS && this.#foresee(seconds) > max_bytes) {
      return "max_bytes";
    }
    return this.#silence?.isReached() ? "silence" : left;
  }

  /** How large the blob becomes if it ends not now but at the next look, even a late one. */
  #foresee(seconds: number): number {
    const nominal = Math.min(this.native.audioBitsPerSecond, HIGHEST_BIT_RATE) / 8;
    const rate = Math.max(nominal, this.#bytes / Math.max(this.#countedAt, LOOK_SECONDS));
    const heldBack = this.native.mimeType.includes("ogg") ? OGG_PAGE : 0;
    return this.#bytes + heldBack + CAUTION * rate * (seconds - this.#countedAt + 2 * LOOK_SECONDS);
  }
}

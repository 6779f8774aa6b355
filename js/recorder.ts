// The page's half of one MediaRecorder widget: commands in, letters out, one take at a time.
//
// Python's commands and the view's buttons go the same way, one after the other; what must
// wait (a permission, the end of the take before) holds up what comes behind it.

import type { AnyModel } from "@anywidget/types";

import { loadAsset } from "./assets";
import type { Decoder } from "./decoder";
import { Outbox } from "./outbox";
import {
  assertNever,
  forPage,
  toFault,
  VERSION,
  type Command,
  type Envelope,
  type Fault,
  type Letter,
  type Note,
  type Op,
  type Options,
  type Snapshot,
} from "./protocol";
import { Recording, type Report } from "./recording";
import { openSource } from "./sources";
import { isTypeSupported, supportedTypes } from "./types";

/** Where the recorder stands, for those who look at it. */
export type Phase = "waiting" | "inactive" | "asking" | "recording" | "paused" | "stopping";

const FIRST_HELLO_MS = 1_000;
const LONGEST_HELLO_MS = 10_000;

export class Recorder {
  recording: Recording | null = null;

  #heard = 0;
  #done = 0;
  #clock = 0;
  #asking = false;
  #gone = false;
  #options: Options | null = null;
  #atRest: Omit<Snapshot, "state">;
  #work: Promise<void> = Promise.resolve();
  #helloTimer: ReturnType<typeof setTimeout> | undefined;
  #watchers = new Set<() => void>();
  #outbox = new Outbox(
    (letter, buffer) => this.#send(letter, buffer),
    (id) => this.#send({ kind: "probe", id }),
  );

  constructor(
    readonly model: AnyModel,
    readonly page: string,
  ) {
    this.#atRest = attributes(model);
    model.on("msg:custom", this.#receive);
    this.#sayHello(FIRST_HELLO_MS);
  }

  get phase(): Phase {
    if (this.#options === null) return "waiting";
    if (this.#asking) return "asking";
    if (this.recording === null) return "inactive";
    return this.recording.state === "inactive" ? "stopping" : this.recording.state;
  }

  /** How many bytes Python has not got yet. */
  get pendingBytes(): number {
    return this.#outbox.pendingBytes;
  }

  /** A button: here where this page records or nobody does, else by way of Python. */
  press(op: Op): void {
    const elsewhere = this.phase === "inactive" && this.model.get("state") !== "inactive";
    if (elsewhere) {
      this.#send({ kind: "press", op });
    } else {
      this.#enqueue(op, null, null);
    }
  }

  /** Call `watcher` whenever the phase may have changed; returns how to stop that. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** The model has gone: no microphone stays open without a kernel that listens. */
  destroy(): void {
    this.#gone = true;
    clearTimeout(this.#helloTimer);
    this.model.off("msg:custom", this.#receive);
    this.#outbox.destroy();
    this.recording?.abandon();
    this.recording = null;
    this.changed();
  }

  // In ------------------------------------------------------------------------------------

  #receive = (content: unknown): void => {
    const message = forPage(content, this.page);
    switch (message?.kind) {
      case undefined:
        return;
      case "welcome":
        return this.#beWelcome(message.options);
      case "command":
        return this.#obey(message);
      case "ack":
        this.#outbox.acknowledge(message.upto, message.probe);
        return this.changed();
      case "query": {
        const { mime_type } = message;
        return this.#send({ kind: "answer", mime_type, supported: isTypeSupported(mime_type) });
      }
      default:
        return assertNever(message);
    }
  };

  #beWelcome(options: Options): void {
    clearTimeout(this.#helloTimer);
    this.#options = options;
    this.#outbox.put({ kind: "tried", fault: this.#try(options) });
    if (options.decode) {
      // Now, while the kernel listens. A failure shows when the decoder is needed.
      loadAsset(this.model, "decoder").catch(() => undefined);
    }
    this.changed();
  }

  /** A recorder of nothing: needs no permission, and tells bad types and true bit rates. */
  #try(options: Options): Fault | null {
    try {
      this.#atRest = attributesOf(new MediaRecorder(new MediaStream(), options.recorder), options);
      return null;
    } catch (thrown) {
      return toFault(thrown);
    }
  }

  #obey({ n, previous, op, take, timeslice }: Command): void {
    // A command comes again until it is heard; one that has lost its forerunner comes again too.
    if (n > this.#heard && previous <= this.#heard) {
      this.#heard = n;
      this.#enqueue(op, take, timeslice, n);
    }
    this.#send({ kind: "note" });
  }

  #enqueue(op: Op, take: string | null, timeslice: number | null, n = 0): void {
    this.#work = this.#work.then(async () => {
      const id = take ?? randomId();
      const fault = await this.#carryOut(op, id, timeslice).then(() => null, toFault);
      this.#done = Math.max(this.#done, n); // first, so that the error is told in its true state
      if (fault !== null) {
        this.#report({ kind: "failed", take: id, fault });
      }
      this.#send({ kind: "note" });
      this.changed();
    });
  }

  // Carrying out --------------------------------------------------------------------------

  async #carryOut(op: Op, take: string, timeslice: number | null): Promise<void> {
    if (this.#gone) {
      return;
    }
    if (op === "start") {
      return this.#start(take, timeslice);
    }
    // The take may have ended by itself while the command was on its way: then nothing is left
    // to do, and the snapshot says so.
    if (this.recording === null || this.recording.state === "inactive") {
      return;
    }
    switch (op) {
      case "stop":
        return this.recording.stop();
      case "pause":
        return this.recording.pause();
      case "resume":
        return this.recording.resume();
      case "request_data":
        return this.recording.requestData();
      default:
        return assertNever(op);
    }
  }

  async #start(take: string, timeslice: number | null): Promise<void> {
    if (this.recording !== null && this.recording.state !== "inactive") {
      const message = "This recorder was started by another hand at the same moment.";
      throw new DOMException(message, "InvalidStateError");
    }
    await this.recording?.ended; // events of two takes never mix
    const options = this.#options;
    if (options === null) {
      return;
    }
    this.#ask(true);
    try {
      const source = await openSource(options.source);
      if (this.#gone) {
        return source.close();
      }
      this.#record(take, timeslice, source, options);
    } finally {
      this.#ask(false);
    }
  }

  #record(...[take, timeslice, source, options]: RecordArguments): void {
    const decode = options.decode ? this.#decode : null;
    let recording: Recording;
    try {
      recording = new Recording(take, source, options, timeslice, this.#report, decode);
    } catch (thrown) {
      source.close();
      throw thrown;
    }
    recording.start();
    this.recording = recording;
    void recording.ended.then(() => this.#forget(recording));
  }

  #forget(recording: Recording): void {
    if (this.recording === recording) {
      this.recording = null;
    }
    this.changed();
  }

  #ask(asking: boolean): void {
    this.#asking = asking;
    this.changed();
  }

  #decode = async (blob: Blob, report: Report, take: string): Promise<void> => {
    const { decode } = await loadAsset<Decoder>(this.model, "decoder");
    for await (const { buffer, sampleRate, channels } of decode(blob)) {
      report({ kind: "pcm", take, sample_rate: sampleRate, channels }, buffer);
    }
  };

  // Out -----------------------------------------------------------------------------------

  #report: Report = (letter, buffer) => {
    if (!this.#gone) {
      this.#outbox.put(letter, buffer ?? null);
      this.changed();
    }
  };

  #sayHello(pause: number): void {
    this.#send({ kind: "hello", version: VERSION, types: supportedTypes() });
    const next = Math.min(2 * pause, LONGEST_HELLO_MS);
    this.#helloTimer = setTimeout(() => this.#sayHello(next), pause);
  }

  #send(message: Note | (Letter & { seq: number }), buffer: ArrayBuffer | null = null): void {
    const envelope: Envelope = {
      page: this.page,
      clock: this.#clock++,
      heard: this.#heard,
      done: this.#done,
      snapshot: this.#snapshot(),
    };
    this.model.send({ ...message, ...envelope }, undefined, buffer === null ? [] : [buffer]);
  }

  /** As in the standard, what was asked holds again once it is inactive. (Not so in Chromium.) */
  #snapshot(): Snapshot {
    const { recording } = this;
    if (recording === null || recording.state === "inactive" || this.#options === null) {
      return { state: "inactive", ...this.#atRest };
    }
    const now = attributesOf(recording.native, this.#options);
    return { ...now, state: recording.state, mime_type: recording.mimeType };
  }

  /** Tell everybody who watches that something may have changed. */
  changed(): void {
    this.#watchers.forEach((watcher) => watcher());
  }
}

type RecordArguments = [
  take: string,
  timeslice: number | null,
  source: Awaited<ReturnType<typeof openSource>>,
  options: Options,
];

/** The W3C's attributes of a native recorder; Firefox has no audioBitrateMode. */
function attributesOf(native: MediaRecorder, options: Options): Omit<Snapshot, "state"> {
  return {
    mime_type: native.mimeType,
    audio_bits_per_second: native.audioBitsPerSecond,
    video_bits_per_second: native.videoBitsPerSecond,
    audio_bitrate_mode: options.recorder.audioBitrateMode ?? "variable",
  };
}

/** The same from the traits, before the kernel has said how to record. */
function attributes(model: AnyModel): Omit<Snapshot, "state"> {
  return {
    mime_type: model.get("mime_type"),
    audio_bits_per_second: model.get("audio_bits_per_second"),
    video_bits_per_second: model.get("video_bits_per_second"),
    audio_bitrate_mode: model.get("audio_bitrate_mode"),
  };
}

/** crypto.randomUUID() exists on secure pages only. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The page's half of a MediaRecorder widget. It carries out commands, records one take at a time,
// and reports it in letters.

import type { AnyModel } from "@anywidget/types";

import type { Destination } from "../capture/batcher";
import type { Recording } from "../capture/recording";
import { StreamingDecoder } from "../decoding/streaming";
import { isTypeSupported, supportedTypes } from "../environment/mime-types";
import { Backups } from "../recovery/backup";
import { ownerOf } from "../recovery/store";
import { DeviceChoice } from "../sources/device-choice";
import type { Mismatch } from "../sources/mismatches";
import { openSource } from "../sources/open";
import type { OpenSource } from "../sources/stream";
import { toFault } from "../wire/fault";
import { Link } from "../wire/link";
import type { Command, Fault, Keeping, Options, Pressed, Snapshot, Source } from "../wire/protocol";
import { randomId } from "../wire/random-id";
import type { Report } from "../wire/report";
import { attributesOf, attributesOfModel, type Attributes } from "./attributes";
import { CommandQueue, type QueuedCommand } from "./command-queue";
import { decodeForPython } from "./decode-for-python";
import { Modules } from "./modules";
import { Recovery } from "./recovery";

/** The recording ends if more bytes than this wait for Python in the page's memory. */
const MAX_PENDING = 512 * (1 << 20);

/** The interval at which the view shows the pending bytes. */
const PROGRESS_MS = 250;

/** The state of a recorder, more detailed than the standard's; "asking" is opening a source. */
export type Phase = "waiting" | "inactive" | "asking" | "recording" | "paused" | "stopping";

export class Recorder {
  readonly devices = new DeviceChoice({
    report: (letter) => this.#report(letter),
    onChange: () => this.changed(),
  });

  #progressTimer: ReturnType<typeof setTimeout> | undefined;
  #destroyed = new AbortController();
  #lifetime = new AbortController(); // aborted at each reset, to cancel all earlier commands
  #options: Options | null = null;
  #optionsFault: Fault | null = null; // why the browser refuses the options
  #inactive: Attributes;
  #watchers = new Set<() => void>();
  #backups = new Backups();
  #recovery: Recovery | null = null;
  #modules: Modules;
  #queue: CommandQueue;
  #link: Link;

  constructor(
    readonly model: AnyModel,
    readonly others: () => Iterable<Recorder>,
  ) {
    this.#inactive = attributesOfModel(model);
    this.#modules = new Modules(model, this.#destroyed.signal);
    this.#queue = new CommandQueue({
      setup: () => this.#setup(),
      loadDetector: async ({ limits }) =>
        limits.stop_on_silence && (await this.#modules.silence()).SilenceDetector,
      // Even after a failure, the browser may now give the names of its microphones.
      open: (source) => this.open(source).finally(() => void this.devices.refresh()),
      destination: (take, options) => this.#destination(take, options),
      onChange: () => this.changed(),
      onDone: (command, fault) => this.#onDone(command, fault),
    });
    this.#link = new Link(model, {
      snapshot: () => this.#snapshot(),
      supportedTypes,
      isTypeSupported,
      diagnose: async (names) => (await this.#modules.diagnosis()).diagnose(names),
      onWelcome: (options) => this.#onWelcome(options),
      onCommand: (command) => this.#enqueue(queuedCommand(command)),
      onDecode: (take, blob) => this.#onDecode(take, blob),
      onSeek: (anywhere) => this.#recovery?.seek(anywhere),
      onFetch: (take, first, maxParts) => this.#recovery?.fetch(take, first, maxParts),
      onForget: (take) => this.#recovery?.forget(take),
      onReset: () => this.#reset(),
      onAcknowledged: () => this.#progress(),
      onPageHide: () => this.recording?.flushAtClose(),
    });
  }

  get phase(): Phase {
    if (this.#options === null) return "waiting";
    if (this.#queue.isAsking) return "asking";
    if (this.recording === null) return "inactive";
    return this.recording.state === "inactive" ? "stopping" : this.recording.state;
  }

  /** The phase that the view shows: that of another page's recording, if there is none here. */
  get displayedPhase(): Phase {
    const { phase } = this;
    const state: unknown = this.model.get("state");
    return phase === "inactive" && (state === "recording" || state === "paused") ? state : phase;
  }

  get recording(): Recording | null {
    return this.#queue.recording;
  }

  /** Where the track of the latest recording differs from the request. */
  get mismatches(): Mismatch[] {
    return this.#queue.mismatches;
  }

  /** The source of the next recording; null before the welcome. */
  get source(): Source | null {
    return this.#options && this.devices.source;
  }

  /** The number of recorded bytes that Python has not yet acknowledged. */
  get pendingBytes(): number {
    return this.#link.pending.recorded;
  }

  /** Handle a button. Another page's recording is controlled through Python. */
  press(op: "start" | Pressed): void {
    if (this.displayedPhase !== this.phase && op !== "start") {
      this.#link.note({ kind: "press", op });
    } else {
      this.#enqueue({ op, n: 0, request: { take: randomId(), timeslice: null, seconds: null } });
    }
  }

  /** Open `source`; throws the browser's DOMException if that is not allowed or fails. */
  open(source: Source): Promise<OpenSource> {
    return openSource(source, this.#modules.tone);
  }

  /** Call `watcher` whenever the phase may have changed; returns a function that stops it. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Notify the watchers. */
  changed(): void {
    this.#link.keepAlive(!["waiting", "inactive"].includes(this.phase));
    for (const watcher of this.#watchers) {
      try {
        watcher();
      } catch (error) {
        reportError(error); // the error of a view does not end the recording
      }
    }
  }

  /** Destroy the recorder with its model, and release the microphone. */
  destroy(): void {
    this.#destroyed.abort();
    this.#reset();
    this.devices.destroy();
    this.#link.destroy();
  }

  /** Release a dead kernel's takes to the recorder of a newer one; settles when that is done. */
  yieldTo(newer: Keeping): Promise<unknown> {
    const ours = this.#options?.keeping;
    const isNewer = ours && ownerOf(ours) === ownerOf(newer) && ours.kernel !== newer.kernel;
    if (isNewer && this.#link.isKernelGone) {
      this.#link.reset();
    }
    return this.#backups.released;
  }

  #reset(): void {
    this.#lifetime.abort();
    this.#lifetime = new AbortController();
    this.#queue.reset();
    this.#options = null;
    this.#recovery = null;
    this.#backups.release();
    this.devices.reset();
    this.changed();
  }

  #onWelcome(options: Options): void {
    this.#options = options;
    this.devices.follow(options);
    this.#optionsFault = this.#tryOptions(options);
    this.#link.post({ kind: "tried", fault: this.#optionsFault });
    const released = () =>
      Promise.all([...this.others()].map((other) => other.yieldTo(options.keeping)));
    this.#recovery = new Recovery(options.keeping, this.#report, this.#modules, released);
    this.#recovery.offer();
    this.#modules.preload(options);
    this.changed();
  }

  /** Check the options, and get the bit rates. */
  #tryOptions(options: Options): Fault | null {
    try {
      // A recorder of an empty stream needs no permission.
      this.#inactive = attributesOf(
        new MediaRecorder(new MediaStream(), options.recorder),
        options,
      );
      return null;
    } catch (thrown) {
      return toFault(thrown);
    }
  }

  #onDecode(take: string, blob: Blob): void {
    void decodeForPython(take, blob, this.#modules.decoder(), this.#report, this.#lifetime.signal);
  }

  // Commands ------------------------------------------------------------------------------

  #enqueue(command: QueuedCommand): void {
    this.#queue.add(command, this.#lifetime.signal);
  }

  #setup(): { options: Options; source: Source } | null {
    const [options, { source }] = [this.#options, this.devices];
    if (options === null || source === null) {
      return null;
    }
    if (this.#optionsFault !== null) {
      throw new DOMException(this.#optionsFault.message, this.#optionsFault.name);
    }
    return { options, source };
  }

  #destination(take: string, { decode, keeping }: Options): Destination {
    const report = this.#report;
    const isLive = () => this.#options?.live ?? false;
    const pending = () => this.#link.pending.samples;
    const input = { load: this.#modules.decoder, report, isLive, pending };
    const decoder = decode ? new StreamingDecoder(take, input) : null;
    return { report, backup: this.#backups.add(take, keeping), decoder, isLive };
  }

  #onDone({ n, request }: QueuedCommand, fault: Fault | null): void {
    this.#link.done(n); // first, so that the fault's letter reports the command as done
    if (fault !== null) {
      this.#report({ kind: "failed", take: request.take, fault });
    }
    this.changed();
  }

  // Reports -------------------------------------------------------------------------------

  #report: Report = (letter, buffer, onAcknowledged) => {
    this.#link.post(letter, buffer, onAcknowledged);
    if (this.pendingBytes > MAX_PENDING && this.recording?.state !== "inactive") {
      void this.recording?.stop("memory full");
    }
    this.#progress();
  };

  /** Notify the watchers of the pending bytes; not at each letter, since drawing delays letters. */
  #progress(): void {
    if (this.#progressTimer === undefined) {
      this.#progressTimer = setTimeout(() => {
        this.#progressTimer = undefined;
        this.changed();
      }, PROGRESS_MS);
    }
  }

  /**
   * In the standard, an inactive recorder has the attributes of its options again. Not so in
   * Chromium (bug: mimeType stays after stop)
   * (bug: the bit rate of video is lost by recording sound).
   */
  #snapshot(): Snapshot {
    const { recording } = this;
    if (recording === null || recording.state === "inactive" || this.#options === null) {
      return { state: "inactive", ...this.#inactive };
    }
    const attributes = attributesOf(recording.native, this.#options);
    return { ...attributes, state: recording.state, mime_type: recording.mimeType };
  }
}

function queuedCommand({ op, n, take, timeslice, seconds }: Command): QueuedCommand {
  return { op, n, request: { take: take ?? randomId(), timeslice, seconds } };
}

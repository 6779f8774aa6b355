// Carries out commands one after the other: Python's, and those of the view's buttons. A command
// that waits, for a permission or for the end of the previous take, delays those behind it.

import type { Destination } from "../capture/batcher";
import { Recording } from "../capture/recording";
import type { StartRequest } from "../capture/setup";
import type { SilenceDetector } from "../capture/silence-detector";
import { mismatches, type Mismatch } from "../sources/mismatches";
import type { OpenSource } from "../sources/stream";
import { toFault } from "../wire/fault";
import { assertNever, type Fault, type Op, type Options, type Source } from "../wire/protocol";

export type QueuedCommand = { op: Op; n: number; request: StartRequest };

/** The recorder that carries out the commands. */
type Host = {
  /** The options and the source, or null before the welcome; throws if the options are invalid. */
  setup: () => { options: Options; source: Source } | null;
  /** Load the silence detector if the limits of the options require it. */
  loadDetector: (options: Options) => Promise<typeof SilenceDetector | null>;
  open: (source: Source) => Promise<OpenSource>;
  destination: (take: string, options: Options) => Destination;
  onChange: () => void;
  /** A command has been carried out, or has failed. */
  onDone: (command: QueuedCommand, fault: Fault | null) => void;
};

export class CommandQueue {
  /** The latest recording, until its last letter has been reported. */
  recording: Recording | null = null;
  /** Where the track of the latest recording differs from the request. */
  mismatches: Mismatch[] = [];
  /** Whether a source is being opened. */
  isAsking = false;

  #tail: Promise<void> = Promise.resolve();

  constructor(readonly host: Host) {}

  /** Carry out `command` after those before it, unless `signal` is aborted first. */
  add(command: QueuedCommand, signal: AbortSignal): void {
    this.#tail = this.#tail.then(async () => {
      const fault = await this.#execute(command, signal).then(() => null, toFault);
      if (!signal.aborted) {
        this.host.onDone(command, fault);
      }
    });
  }

  /** Abandon the recording. */
  reset(): void {
    this.recording?.abandon();
    this.recording = null;
  }

  async #execute({ op, request }: QueuedCommand, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (op === "start") {
      return this.#start(request, signal);
    }
    // The take may have ended while the command was under way. The snapshot shows that.
    if (this.recording === null || this.recording.state === "inactive") {
      return;
    }
    switch (op) {
      case "stop":
        await this.recording.stop();
        break;
      case "pause":
        this.recording.pause();
        break;
      case "resume":
        this.recording.resume();
        break;
      case "request_data":
        this.recording.requestData();
        break;
      default:
        assertNever(op);
    }
  }

  async #start(request: StartRequest, signal: AbortSignal): Promise<void> {
    if (this.recording !== null && this.recording.state !== "inactive") {
      const message = "This recorder was started from elsewhere at the same moment.";
      throw new DOMException(message, "InvalidStateError");
    }
    await this.recording?.ended; // (bug: events of two takes mix)
    const setup = this.host.setup();
    signal.throwIfAborted();
    if (setup === null) {
      return;
    }
    const { options, source: requested } = setup;
    this.#setAsking(true);
    try {
      const Detector = await this.host.loadDetector(options);
      const source = await this.host.open(requested);
      if (signal.aborted) {
        source.close();
        return;
      }
      this.mismatches = mismatches(requested, source.settings);
      const destination = this.host.destination(request.take, options);
      this.recording = Recording.begin(source, { options, request, Detector }, destination);
      void this.recording.ended.then(() => this.#forget(request.take));
    } finally {
      this.#setAsking(false);
    }
  }

  #forget(take: string): void {
    if (this.recording?.request.take === take) {
      this.recording = null;
    }
    this.host.onChange();
  }

  #setAsking(isAsking: boolean): void {
    this.isAsking = isAsking;
    this.host.onChange();
  }
}

// The page's half of one MediaRecorder widget: commands in, letters out, one take at a time.
//
// Python's commands and the view's buttons go the same way, one after the other; what must
// wait (a permission, the end of the take before) holds up what comes behind it.

import type { AnyModel } from "@anywidget/types";

import { Recording, type Wish } from "../capture/recording";
import type { decodeWhole } from "../decoding/blob";
import type { Decode } from "../decoding/decode";
import { Decoding, type Ways } from "../decoding/streaming";
import { diagnose } from "../environment/diagnosis";
import { isTypeSupported, supportedTypes } from "../environment/mime-types";
import { Keepers, ownerOf } from "../recovery/backup";
import { Shelf } from "../recovery/orphans";
import { Devices } from "../sources/device-choice";
import { differences, type Difference } from "../sources/mismatches";
import { openSource } from "../sources/open";
import { loadAsset } from "../wire/assets";
import { reasonOf, toFault } from "../wire/fault";
import { Link } from "../wire/link";
import {
  assertNever,
  type Command,
  type Fault,
  type Keeping,
  type Op,
  type Options,
  type Pressed,
  type Snapshot,
  type Source,
} from "../wire/protocol";
import { randomId } from "../wire/random-id";
import type { Report } from "../wire/report";
import { USUAL } from "../wire/request";
import { attributes, attributesOf, type Attributes } from "./attributes";

/** So much that Python has not got fits into a page's memory; then the recording is ended. */
const MOST_PENDING = 512 * (1 << 20);

const PROGRESS_MS = 250;

/** Where the recorder stands, for those who look at it. */
export type Phase = "waiting" | "inactive" | "asking" | "recording" | "paused" | "stopping";

/** What the `decoder` asset exports. */
type Decoder = { decode: Decode; decodeWhole: typeof decodeWhole };

type Order = { op: Op; n: number; wish: Wish };

export class Recorder {
  recording: Recording | null = null;
  /** What the track of the latest recording did other than it was asked. */
  differences: Difference[] = [];
  readonly devices = new Devices({
    report: (letter) => this.#report(letter),
    changed: () => this.changed(),
  });

  #asking = false;
  #progressing: ReturnType<typeof setTimeout> | undefined;
  #gone = new AbortController();
  #life = new AbortController(); // what was begun in an earlier life has no effect any more
  #options: Options | null = null;
  #unfit: Fault | null = null; // what a recorder of these options throws
  #atRest: Attributes;
  #work: Promise<void> = Promise.resolve();
  #watchers = new Set<() => void>();
  #keepers = new Keepers();
  #shelf: Shelf | null = null;
  #link: Link;

  constructor(
    readonly model: AnyModel,
    readonly others: () => Iterable<Recorder>,
  ) {
    this.#atRest = attributes(model);
    this.#link = new Link(model, {
      snapshot: () => this.#snapshot(),
      supportedTypes,
      isTypeSupported,
      diagnose,
      onWelcome: (options) => this.#beWelcome(options),
      onCommand: (command) => this.#enqueue(orderOf(command)),
      onDecode: (take, blob) => void this.#decodeForPython(take, blob),
      onSeek: (anywhere) => void this.#withRoom((shelf) => shelf.seek(anywhere)),
      onFetch: (take, first, most) => this.#shelf?.fetch(take, first, most),
      onForget: (take) => this.#shelf?.forget(take),
      onReset: () => this.#letGo(),
      onAcknowledged: () => this.#progress(),
      onPageHide: () => this.recording?.leave(),
    });
  }

  get phase(): Phase {
    if (this.#options === null) return "waiting";
    if (this.#asking) return "asking";
    if (this.recording === null) return "inactive";
    return this.recording.state === "inactive" ? "stopping" : this.recording.state;
  }

  /** The same for a person: where nothing is recorded here, what Python says of another page. */
  get standing(): Phase {
    const { phase } = this;
    const state: unknown = this.model.get("state");
    return phase === "inactive" && (state === "recording" || state === "paused") ? state : phase;
  }

  /** What it listens to, once Python has said so. */
  get source(): Source | null {
    return this.#options && this.devices.source;
  }

  /** How many bytes Python has not got yet. */
  get pendingBytes(): number {
    return this.#link.pending.recorded;
  }

  /** A button: here where this page records or nobody does, else by way of Python. */
  press(op: "start" | Pressed): void {
    if (this.standing !== this.phase && op !== "start") {
      this.#link.note({ kind: "press", op });
    } else {
      this.#enqueue({ op, n: 0, wish: { take: randomId(), timeslice: null, seconds: null } });
    }
  }

  /** Call `watcher` whenever the phase may have changed; returns how to stop that. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Tell everybody who watches that something may have changed. */
  changed(): void {
    this.#link.keepAlive(!["waiting", "inactive"].includes(this.phase));
    for (const watcher of this.#watchers) {
      try {
        watcher();
      } catch (error) {
        reportError(error); // a view that fails stops no recording
      }
    }
  }

  /** The model has gone: no microphone stays open without a kernel that listens. */
  destroy(): void {
    this.#gone.abort();
    this.#letGo();
    this.devices.destroy();
    this.#link.destroy();
  }

  #letGo(): void {
    this.#life.abort();
    this.#life = new AbortController();
    this.recording?.abandon();
    this.recording = null;
    this.#options = null;
    this.#keepers.letGo();
    this.devices.beginAnew();
    this.changed();
  }

  /** What is left of a kernel that is dead is let go for the next one; settles when it is. */
  makeRoomFor(newer: Keeping): Promise<unknown> {
    const ours = this.#options?.keeping;
    const isNewer = ours && ownerOf(ours) === ownerOf(newer) && ours.kernel !== newer.kernel;
    if (isNewer && this.#link.isKernelGone) {
      this.#link.reset();
    }
    return this.#keepers.freed;
  }

  async #withRoom(look: (shelf: Shelf) => void): Promise<void> {
    const [options, shelf] = [this.#options, this.#shelf];
    if (options !== null && shelf !== null) {
      await Promise.all([...this.others()].map((each) => each.makeRoomFor(options.keeping)));
      look(shelf);
    }
  }

  #beWelcome(options: Options): void {
    this.#options = options;
    this.devices.follow(options);
    this.#unfit = this.#try(options);
    this.#link.post({ kind: "tried", fault: this.#unfit });
    this.#shelf = new Shelf(options.keeping, this.#report);
    void this.#withRoom((shelf) => shelf.offer());
    if (options.decode) {
      // Now, while the kernel listens. A failure shows when the decoder is needed.
      this.#loadDecoder().catch(() => undefined);
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

  // Carrying out --------------------------------------------------------------------------

  #enqueue(order: Order): void {
    const { signal } = this.#life;
    this.#work = this.#work.then(async () => {
      const fault = await this.#carryOut(order, signal).then(() => null, toFault);
      if (signal.aborted) {
        return;
      }
      this.#link.done(order.n); // first, so that the error is told in its true state
      if (fault !== null) {
        this.#report({ kind: "failed", take: order.wish.take, fault });
      }
      this.changed();
    });
  }

  async #carryOut({ op, wish }: Order, signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      return;
    }
    if (op === "start") {
      return this.#start(wish, signal);
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

  async #start(wish: Wish, signal: AbortSignal): Promise<void> {
    if (this.recording !== null && this.recording.state !== "inactive") {
      const message = "This recorder was started by another hand at the same moment.";
      throw new DOMException(message, "InvalidStateError");
    }
    await this.recording?.ended; // (bug: events of two takes mix)
    const [options, asked] = [this.#options, this.devices.source];
    if (options === null || asked === null || signal.aborted) {
      return;
    }
    if (this.#unfit !== null) {
      throw new DOMException(this.#unfit.message, this.#unfit.name); // nobody need be asked
    }
    this.#ask(true);
    try {
      // Whatever comes of it, names may be told from now on.
      const source = await openSource(asked).finally(() => void this.devices.look());
      if (signal.aborted) {
        return source.close();
      }
      this.differences = differences(asked, source.settings);
      this.recording = Recording.begin(source, options, wish, {
        report: this.#report,
        keeper: this.#keepers.add(wish.take, options.keeping),
        decoding: options.decode ? new Decoding(wish.take, this.#decodingWays) : null,
        isLive: this.#isLive,
      });
      void this.recording.ended.then(() => this.#forget(wish.take));
    } finally {
      this.#ask(false);
    }
  }

  #forget(take: string): void {
    if (this.recording?.wish.take === take) {
      this.recording = null;
    }
    this.changed();
  }

  #ask(asking: boolean): void {
    this.#asking = asking;
    this.changed();
  }

  #isLive = (): boolean => this.#options?.live ?? false;

  #loadDecoder = (): Promise<Decoder> =>
    loadAsset(this.model, "decoder", { ...USUAL, until: this.#gone.signal });

  get #decodingWays(): Ways {
    const pending = () => this.#link.pending.samples;
    return { load: this.#loadDecoder, report: this.#report, isLive: this.#isLive, pending };
  }

  async #decodeForPython(take: string, blob: Blob): Promise<void> {
    const { signal } = this.#life;
    const report: Report = (letter, buffer, arrived) => {
      if (!signal.aborted) {
        this.#report(letter, buffer, arrived);
      }
    };
    const decoding = await this.#loadDecoder().then(
      ({ decode, decodeWhole }) => decodeWhole(decode, blob, take, { report, signal }),
      reasonOf,
    );
    report({ kind: "decoded", take, decoding });
  }

  // Telling -------------------------------------------------------------------------------

  #report: Report = (letter, buffer, arrived) => {
    this.#link.post(letter, buffer, arrived);
    if (this.pendingBytes > MOST_PENDING && this.recording?.state !== "inactive") {
      void this.recording?.stop("memory full");
    }
    this.#progress();
  };

  /** How much is on the way has changed; to draw that at each letter would hold up the letters. */
  #progress(): void {
    this.#progressing ??= setTimeout(() => {
      this.#progressing = undefined;
      this.changed();
    }, PROGRESS_MS);
  }

  /**
   * As in the standard, what was asked holds again once it is inactive. Not so in Chromium (bug:
   * mimeType stays after stop) (bug: the bit rate of video is lost by recording sound).
   */
  #snapshot(): Snapshot {
    const { recording } = this;
    if (recording === null || recording.state === "inactive" || this.#options === null) {
      return { state: "inactive", ...this.#atRest };
    }
    const now = attributesOf(recording.native, this.#options);
    return { ...now, state: recording.state, mime_type: recording.mimeType };
  }
}

function orderOf({ op, n, take, timeslice, seconds }: Command): Order {
  return { op, n, wish: { take: take ?? randomId(), timeslice, seconds } };
}

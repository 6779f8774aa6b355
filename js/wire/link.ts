// This page's end of the road to Python: hello until welcome, commands once and in order,
// letters until acknowledged, and a sign of life while a microphone may be open.

import type { AnyModel } from "@anywidget/types";

import { base64 } from "./base64";
import { Outbox } from "./outbox";
import { forPage } from "./parsing";
import {
  assertNever,
  VERSION,
  type Command,
  type Envelope,
  type Facts,
  type Letter,
  type Note,
  type Options,
  type Snapshot,
} from "./protocol";
import { randomId } from "./random-id";
import { field } from "./request";

/** A page that shows many recorders shows them first, and then says so. */
const BUSY_MS = 250;
const FIRST_HELLO_MS = 1_000;
const LONGEST_HELLO_MS = 10_000;
/** Longer than letters gather, so that they are signs of life enough. */
const SIGN_OF_LIFE_MS = 3_000;
const LOOK_MS = 1_000;
/** How long a note waits for a message that tells the same besides. */
const NOTE_MS = 250;
// A microphone without a kernel is let go after this long: where the page has been told that its
// kernel is gone, and where it only hears nothing, for a kernel may be busy for a while.
const GRACE_MS = 30_000;
const LONGEST_SILENCE_MS = 15 * 60_000;

export type Listener = {
  snapshot: () => Snapshot;
  /** What this page's browser can record, and whether it can record one type. */
  types: () => Record<string, boolean>;
  isTypeSupported: (mimeType: string) => boolean;
  diagnose: (names: boolean) => Promise<Facts>;
  /** Python has said how to record: at the beginning, and when that changes. */
  welcome: (options: Options) => void;
  obey: (command: Command) => void;
  /** Python has bytes that it cannot decode itself. */
  decode: (take: string, blob: Blob) => void;
  /** Python asks what lies in the store, for some of it, and says that it has it. */
  seek: (anywhere: boolean) => void;
  fetch: (take: string, first: number, most: number) => void;
  forget: (take: string) => void;
  /** Python has given this page up, or is gone: nobody waits for what it records. */
  lost: () => void;
  /** More of what was sent has arrived. */
  acknowledged: () => void;
  /** The page is being closed, and may say a last thing. */
  leaving: () => void;
};

// A notebook that is closed and opened again in one page makes its models anew, and they count
// from nought: to Python, each is a page of its own.
export class Link {
  #name = randomId();
  #heard = 0;
  #done = 0;
  #clock = 0;
  #welcomed = false;
  #packed = false;
  #gone = false;
  #refused = 0;
  #outbox: Outbox;
  #hello: ReturnType<typeof setTimeout> | undefined;
  #pulse: ReturnType<typeof setInterval> | undefined;
  #untold: ReturnType<typeof setTimeout> | undefined;
  #saidAt = 0;
  #heardAt = performance.now();
  #deadSince: number | null = null;

  constructor(
    readonly model: AnyModel,
    readonly listener: Listener,
  ) {
    this.#outbox = this.#newOutbox();
    model.on("msg:custom", this.#receive);
    model.on("comm_live_update", this.#suspect);
    addEventListener("pagehide", this.#sayBye);
    addEventListener("pageshow", this.#comeBack);
    whenIdle(() => this.#gone || this.#sayHello(FIRST_HELLO_MS));
  }

  /** How many bytes Python has not got yet. */
  get pending(): Outbox["pending"] {
    return this.#outbox.pending;
  }

  /** Whether the page has been told that the kernel is gone. */
  get isDead(): boolean {
    return this.#deadSince !== null;
  }

  /** Send what must arrive. */
  post(letter: Letter, buffer: ArrayBuffer | null = null, arrived?: () => void): void {
    this.#outbox.put(letter, buffer, arrived);
  }

  /** Send what may get lost. */
  note(note: Note): void {
    this.#send(note);
  }

  /** Command number `n` has been carried out; 0 is a button's, and Python hears of it at once. */
  done(n: number): void {
    this.#done = Math.max(this.#done, n);
    return n === 0 ? this.note({ kind: "note" }) : this.#tellSoon();
  }

  /** Every message tells how the page is; if none does so soon, a note goes. */
  #tellSoon(): void {
    this.#untold ??= setTimeout(() => this.note({ kind: "note" }), NOTE_MS);
  }

  /** Tell Python again and again that this page is there; it gives up one that is silent. */
  keepAlive(wanted: boolean): void {
    if (!wanted) {
      clearInterval(this.#pulse);
      this.#pulse = undefined;
    } else {
      this.#pulse ??= setInterval(() => this.#showLife(), LOOK_MS);
    }
  }

  #showLife(): void {
    const now = performance.now();
    const grace = this.#deadSince === null ? LONGEST_SILENCE_MS : GRACE_MS;
    if (now - Math.max(this.#heardAt, this.#deadSince ?? 0) > grace) {
      this.beginAnew();
    } else if (now - this.#saidAt >= SIGN_OF_LIFE_MS) {
      this.note({ kind: "note" });
    }
  }

  /** JupyterLab says so when the kernel restarts, dies, or cannot be reached any more. */
  #suspect = (): void => {
    this.#deadSince = performance.now();
  };

  /** Say nothing any more. */
  destroy(): void {
    this.#gone = true;
    this.keepAlive(false);
    clearTimeout(this.#untold);
    clearTimeout(this.#hello);
    removeEventListener("pagehide", this.#sayBye);
    removeEventListener("pageshow", this.#comeBack);
    this.model.off("msg:custom", this.#receive);
    this.model.off("comm_live_update", this.#suspect);
    this.#outbox.destroy();
  }

  #receive = (content: unknown, buffers: DataView[]): void => {
    const message = forPage(content, this.#name);
    if (message !== null) {
      this.#heardAt = performance.now();
    }
    switch (message?.kind) {
      case undefined:
        return this.#refuse(content);
      case "welcome":
        clearTimeout(this.#hello);
        this.#welcomed = true;
        this.#packed = message.options.packed;
        this.#deadSince = null;
        return this.listener.welcome(message.options);
      case "command":
        return this.#hear(message);
      case "ack":
        this.#outbox.acknowledge(message.upto, message.probe);
        return this.listener.acknowledged();
      case "query": {
        const { mime_type } = message;
        return this.note({
          kind: "answer",
          mime_type,
          supported: this.listener.isTypeSupported(mime_type),
        });
      }
      case "diagnose":
        return void this.listener
          .diagnose(message.names)
          .then((facts) => this.note({ kind: "diagnosis", facts }));
      case "decode":
        return this.listener.decode(message.take, blobOf(buffers, message.mime_type));
      case "seek":
        return this.listener.seek(message.anywhere);
      case "fetch":
        return this.listener.fetch(message.take, message.first, message.most);
      case "forget":
        return this.listener.forget(message.take);
      case "lost":
        return this.beginAnew();
      default:
        return assertNever(message);
    }
  };

  /** What is not for this page is silently left; what should be and is not is told, ever more rarely. */
  #refuse(content: unknown): void {
    if (field(content, "page") === this.#name && /^10*$/.test(String(++this.#refused))) {
      console.warn(`mediarecorder refused a message of the kernel (${this.#refused} so far).`);
    }
  }

  /**
   * A command comes again until it is heard; so does one that has lost its forerunner, or whose
   * page has not been welcomed and knows not how to record.
   */
  #hear(command: Command): void {
    if (this.#welcomed && command.n > this.#heard && command.previous <= this.#heard) {
      this.#heard = command.n;
      this.listener.obey(command);
    }
    this.#tellSoon();
  }

  /** Under another name, so that nothing of the old life is taken for the new one's. */
  beginAnew(): void {
    this.#name = randomId();
    this.#heard = this.#done = 0;
    this.#welcomed = false;
    this.#heardAt = performance.now();
    this.#deadSince = null;
    this.#outbox.destroy();
    this.#outbox = this.#newOutbox();
    this.listener.lost();
    this.#sayHello(FIRST_HELLO_MS);
  }

  #newOutbox(): Outbox {
    return new Outbox(
      (letter, buffer) => this.#send(letter, buffer),
      (id) => this.#send({ kind: "probe", id }),
    );
  }

  #sayHello(pause: number): void {
    this.note({ kind: "hello", version: VERSION, types: this.listener.types() });
    const next = Math.min(2 * pause, LONGEST_HELLO_MS);
    clearTimeout(this.#hello);
    this.#hello = setTimeout(() => this.#sayHello(next), pause);
  }

  #sayBye = (): void => {
    this.listener.leaving();
    this.note({ kind: "bye" });
  };

  /** Out of the browser's cache of pages: Python has heard the bye. */
  #comeBack = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) {
      this.beginAnew();
    }
  };

  #send(message: Note | (Letter & { seq: number }), buffer: ArrayBuffer | null = null): void {
    if (this.#gone) {
      return;
    }
    clearTimeout(this.#untold);
    this.#untold = undefined;
    this.#saidAt = performance.now();
    const envelope: Envelope = {
      page: this.#name,
      clock: this.#clock++,
      heard: this.#heard,
      done: this.#done,
      snapshot: this.listener.snapshot(),
    };
    if (buffer !== null && this.#packed) {
      envelope.bytes = base64(buffer);
    }
    const buffers = buffer === null || this.#packed ? [] : [buffer];
    try {
      this.model.send({ ...message, ...envelope }, undefined, buffers);
    } catch (thrown) {
      // The comm is closed, or its kernel is gone for now: a probe will ask for what was lost.
      console.warn("mediarecorder could not send a message.", thrown);
    }
  }
}

/** Not later than `BUSY_MS`; at once in a page that is hidden, whose timers are slow, and in Safari. */
function whenIdle(step: () => void): void {
  if ("requestIdleCallback" in globalThis && !document.hidden) {
    requestIdleCallback(step, { timeout: BUSY_MS });
  } else {
    step();
  }
}

const blobOf = (buffers: DataView[], type: string) =>
  new Blob(buffers as DataView<ArrayBuffer>[], { type });

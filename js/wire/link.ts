// This page's end of the connection to Python: hello until the welcome, commands once and in order,
// letters until they are acknowledged.

import type { AnyModel } from "@anywidget/types";

import { base64 } from "./base64";
import { Heartbeat } from "./heartbeat";
import { Outbox } from "./outbox";
import { parseFor } from "./parsing";
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

/** A page with many recorders first shows them, and then says hello. */
const IDLE_TIMEOUT_MS = 250;
const FIRST_HELLO_MS = 1_000;
const LONGEST_HELLO_MS = 10_000;

export type Listener = {
  snapshot: () => Snapshot;
  /** What the browser can record: the usual types, and any one type. */
  supportedTypes: () => Record<string, boolean>;
  isTypeSupported: (mimeType: string) => boolean;
  diagnose: (names: boolean) => Promise<Facts>;
  /** Python says how to record: at the beginning, and when that changes. */
  onWelcome: (options: Options) => void;
  onCommand: (command: Command) => void;
  /** Python has bytes that it cannot decode itself. */
  onDecode: (take: string, blob: Blob) => void;
  /** Python asks what the store holds, asks for some of it, and confirms that it has it. */
  onSeek: (anywhere: boolean) => void;
  onFetch: (take: string, first: number, most: number) => void;
  onForget: (take: string) => void;
  /** More letters have been acknowledged. */
  onAcknowledged: () => void;
  /** Python has given this page up, or is gone: what it records has no receiver any more. */
  onReset: () => void;
  /** The page is being closed, and may send a last letter. */
  onPageHide: () => void;
};

// A notebook that is closed and opened again in one page makes its models anew, and they count
// from zero: to Python, each is a page of its own.
export class Link {
  #page = randomId();
  #heard = 0;
  #done = 0;
  #clock = 0;
  #isWelcome = false;
  #packed = false;
  #isDestroyed = false;
  #rejected = 0;
  #heartbeat: Heartbeat;
  #outbox: Outbox;
  #hello: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly model: AnyModel,
    readonly listener: Listener,
  ) {
    this.#heartbeat = new Heartbeat(
      model,
      () => this.note({ kind: "note" }),
      () => this.reset(),
    );
    this.#outbox = this.#newOutbox();
    model.on("msg:custom", this.#onMessage);
    addEventListener("pagehide", this.#onPageHide);
    addEventListener("pageshow", this.#onPageShow);
    whenIdle(() => this.#isDestroyed || this.#sayHello(FIRST_HELLO_MS));
  }

  /** How many bytes are not acknowledged yet. */
  get pending(): Outbox["pending"] {
    return this.#outbox.pending;
  }

  /** Whether the host has reported that the kernel is gone. */
  get isKernelGone(): boolean {
    return this.#heartbeat.isKernelGone;
  }

  /** Send what must arrive; `onAcknowledged` is called when Python has it. */
  post(letter: Letter, buffer: ArrayBuffer | null = null, onAcknowledged?: () => void): void {
    this.#outbox.put(letter, buffer, onAcknowledged);
  }

  /** Send what may get lost. */
  note(note: Note): void {
    this.#send(note);
  }

  /** Command number `n` has been carried out; 0 is a button's, which Python has not sent. */
  done(n: number): void {
    this.#done = Math.max(this.#done, n);
    return n === 0 ? this.note({ kind: "note" }) : this.#heartbeat.acknowledgeSoon();
  }

  /** Beat as long as this is `wanted`. */
  keepAlive(wanted: boolean): void {
    this.#heartbeat.keepAlive(wanted);
  }

  /** Send nothing any more. */
  destroy(): void {
    this.#isDestroyed = true;
    this.#heartbeat.destroy();
    clearTimeout(this.#hello);
    removeEventListener("pagehide", this.#onPageHide);
    removeEventListener("pageshow", this.#onPageShow);
    this.model.off("msg:custom", this.#onMessage);
    this.#outbox.destroy();
  }

  #onMessage = (content: unknown, buffers: DataView[]): void => {
    const message = parseFor(content, this.#page);
    if (message === null) {
      return this.#reject(content);
    }
    const { listener } = this;
    this.#heartbeat.onReceived();
    switch (message.kind) {
      case "welcome":
        return this.#onWelcome(message.options);
      case "command":
        return this.#onCommand(message);
      case "ack":
        this.#outbox.acknowledge(message.upto, message.probe);
        return listener.onAcknowledged();
      case "query": {
        const { mime_type } = message;
        const supported = listener.isTypeSupported(mime_type);
        return this.note({ kind: "answer", mime_type, supported });
      }
      case "diagnose":
        return void listener
          .diagnose(message.names)
          .then((facts) => this.note({ kind: "diagnosis", facts }))
          .catch((thrown: unknown) =>
            console.warn("mediarecorder could not diagnose its page.", thrown),
          );
      case "decode":
        return listener.onDecode(message.take, blobOf(buffers, message.mime_type));
      case "seek":
        return listener.onSeek(message.anywhere);
      case "fetch":
        return listener.onFetch(message.take, message.first, message.most);
      case "forget":
        return listener.onForget(message.take);
      case "lost":
        return this.reset();
      default:
        return assertNever(message);
    }
  };

  /** A message for another page is ignored; an invalid one for this page is logged, ever more rarely. */
  #reject(content: unknown): void {
    if (field(content, "page") === this.#page && /^10*$/.test(String(++this.#rejected))) {
      console.warn(`mediarecorder refused a message of the kernel (${this.#rejected} so far).`);
    }
  }

  #onWelcome(options: Options): void {
    clearTimeout(this.#hello);
    this.#isWelcome = true;
    this.#packed = options.packed;
    this.#heartbeat.onConnected();
    this.listener.onWelcome(options);
  }

  /**
   * A command is resent until it is acknowledged. So is one whose predecessor was lost, and one that
   * comes before the welcome, when the page does not know yet how to record.
   */
  #onCommand(command: Command): void {
    if (this.#isWelcome && command.n > this.#heard && command.previous <= this.#heard) {
      this.#heard = command.n;
      this.listener.onCommand(command);
    }
    this.#heartbeat.acknowledgeSoon();
  }

  /** Begin anew, under another name, so that Python never takes the old page for the new one. */
  reset(): void {
    this.#page = randomId();
    this.#heard = this.#done = 0;
    this.#isWelcome = false;
    this.#heartbeat.onConnected();
    this.#outbox.destroy();
    this.#outbox = this.#newOutbox();
    this.listener.onReset();
    this.#sayHello(FIRST_HELLO_MS);
  }

  #newOutbox(): Outbox {
    return new Outbox(
      (letter, buffer) => this.#send(letter, buffer),
      (id) => this.#send({ kind: "probe", id }),
    );
  }

  #sayHello(pause: number): void {
    this.note({ kind: "hello", version: VERSION, types: this.listener.supportedTypes() });
    const next = Math.min(2 * pause, LONGEST_HELLO_MS);
    clearTimeout(this.#hello);
    this.#hello = setTimeout(() => this.#sayHello(next), pause);
  }

  #onPageHide = (): void => {
    this.listener.onPageHide();
    this.note({ kind: "bye" });
  };

  /** A page that comes back out of the browser's cache has sent its bye. */
  #onPageShow = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) {
      this.reset();
    }
  };

  #send(message: Note | (Letter & { seq: number }), buffer: ArrayBuffer | null = null): void {
    if (this.#isDestroyed) {
      return;
    }
    this.#heartbeat.onSent();
    const envelope: Envelope = {
      page: this.#page,
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

/** Within `IDLE_TIMEOUT_MS`; at once in a hidden page, whose timers are slow, and in Safari. */
function whenIdle(step: () => void): void {
  if ("requestIdleCallback" in globalThis && !document.hidden) {
    requestIdleCallback(step, { timeout: IDLE_TIMEOUT_MS });
  } else {
    step();
  }
}

const blobOf = (buffers: DataView[], type: string) =>
  new Blob(buffers as DataView<ArrayBuffer>[], { type });

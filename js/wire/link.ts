// The page's end of the connection to Python. It sends hello until the welcome arrives, passes on
// each command once and in order, and resends letters until they are acknowledged.

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

/** A page with many recorders renders them first, and sends hello when it is idle. */
const IDLE_TIMEOUT_MS = 250;
const FIRST_HELLO_MS = 1_000;
const MAX_HELLO_MS = 10_000;

export type Listener = {
  snapshot: () => Snapshot;
  /** Whether the browser can record each of the usual types. */
  supportedTypes: () => Record<string, boolean>;
  isTypeSupported: (mimeType: string) => boolean;
  diagnose: (names: boolean) => Promise<Facts>;
  /** Python sends the options: once at the beginning, and after each change. */
  onWelcome: (options: Options) => void;
  onCommand: (command: Command) => void;
  /** Python requests the samples of bytes that it cannot decode itself. */
  onDecode: (take: string, blob: Blob) => void;
  /** Python requests a list of the orphans. */
  onSeek: (anywhere: boolean) => void;
  /** Python requests parts of an orphan, from number `first` on. */
  onFetch: (take: string, first: number, maxParts: number) => void;
  /** Python has recovered an orphan. */
  onForget: (take: string) => void;
  /** Python has acknowledged letters, or answered a probe. */
  onAcknowledged: () => void;
  /** Python has given up this page, or is gone: a recording has no receiver any more. */
  onReset: () => void;
  /** The page is being closed. This is the last chance to send a letter. */
  onPageHide: () => void;
};

// When a notebook is closed and reopened in one page, its models are made again, and their messages
// are counted from zero. To Python, each model is therefore a page of its own.
export class Link {
  #page = randomId();
  #heard = 0;
  #done = 0;
  #clock = 0;
  #isConnected = false;
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
    whenIdle(() => this.#isDestroyed || this.#sendHello(FIRST_HELLO_MS));
  }

  /** The number of bytes that are not yet acknowledged. */
  get pending(): Outbox["pending"] {
    return this.#outbox.pending;
  }

  /** Whether the host has reported that the kernel is gone. */
  get isKernelGone(): boolean {
    return this.#heartbeat.isKernelGone;
  }

  /** Send a letter; `onAcknowledged` is called when Python has it. */
  post(letter: Letter, buffer: ArrayBuffer | null = null, onAcknowledged?: () => void): void {
    this.#outbox.put(letter, buffer, onAcknowledged);
  }

  /** Send a message that may get lost. */
  note(note: Note): void {
    this.#send(note);
  }

  /** Report that command `n` has been carried out; 0 is a button's, which Python did not send. */
  done(n: number): void {
    this.#done = Math.max(this.#done, n);
    return n === 0 ? this.note({ kind: "note" }) : this.#heartbeat.acknowledgeSoon();
  }

  /** Start or stop the heartbeats. */
  keepAlive(wanted: boolean): void {
    this.#heartbeat.keepAlive(wanted);
  }

  /** Disconnect: no message is sent or received from now on. */
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

  /** Ignore a message for another page; log the 1st, 10th, 100th, ... invalid one for this page. */
  #reject(content: unknown): void {
    if (field(content, "page") === this.#page && /^10*$/.test(String(++this.#rejected))) {
      console.warn(`mediarecorder refused a message from the kernel (${this.#rejected} so far).`);
    }
  }

  #onWelcome(options: Options): void {
    clearTimeout(this.#hello);
    this.#isConnected = true;
    this.#packed = options.packed;
    this.#heartbeat.onConnected();
    this.listener.onWelcome(options);
  }

  /**
   * Python resends a command until it is acknowledged. The page ignores repetitions, a command
   * whose predecessor was lost, and one that arrives before the welcome, which carries the options.
   */
  #onCommand(command: Command): void {
    if (this.#isConnected && command.n > this.#heard && command.previous <= this.#heard) {
      this.#heard = command.n;
      this.listener.onCommand(command);
    }
    this.#heartbeat.acknowledgeSoon();
  }

  /** Reconnect as a new page. */
  reset(): void {
    this.#page = randomId(); // so that Python never confuses the new page with the old one
    this.#heard = this.#done = 0;
    this.#isConnected = false;
    this.#heartbeat.onConnected();
    this.#outbox.destroy();
    this.#outbox = this.#newOutbox();
    this.listener.onReset();
    this.#sendHello(FIRST_HELLO_MS);
  }

  #newOutbox(): Outbox {
    return new Outbox(
      (letter, buffer) => this.#send(letter, buffer),
      (id) => this.#send({ kind: "probe", id }),
    );
  }

  #sendHello(pause: number): void {
    this.note({ kind: "hello", version: VERSION, types: this.listener.supportedTypes() });
    const next = Math.min(2 * pause, MAX_HELLO_MS);
    clearTimeout(this.#hello);
    this.#hello = setTimeout(() => this.#sendHello(next), pause);
  }

  #onPageHide = (): void => {
    this.listener.onPageHide();
    this.note({ kind: "bye" });
  };

  /** A page that is restored from the back/forward cache has already sent its bye. */
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
      // The comm is closed, or the kernel is unreachable for now. Lost letters are resent.
      console.warn("mediarecorder could not send a message.", thrown);
    }
  }
}

/** Call `callback` within IDLE_TIMEOUT_MS; at once in Safari, and in a hidden, throttled page. */
function whenIdle(callback: () => void): void {
  if ("requestIdleCallback" in globalThis && !document.hidden) {
    requestIdleCallback(callback, { timeout: IDLE_TIMEOUT_MS });
  } else {
    callback();
  }
}

const blobOf = (buffers: DataView[], type: string) =>
  new Blob(buffers as DataView<ArrayBuffer>[], { type });

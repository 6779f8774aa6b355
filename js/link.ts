// This page's end of the road to Python: hello until welcome, commands once and in order,
// letters until acknowledged, and a sign of life while a microphone may be open.

import type { AnyModel } from "@anywidget/types";

import { field } from "./ask";
import { diagnose } from "./diagnosis";
import { forPage } from "./incoming";
import { Outbox } from "./outbox";
import {
  assertNever,
  VERSION,
  type Command,
  type Envelope,
  type Letter,
  type Note,
  type Options,
  type Snapshot,
} from "./protocol";
import { randomId } from "./random";
import { isTypeSupported, supportedTypes } from "./types";

const FIRST_HELLO_MS = 1_000;
const LONGEST_HELLO_MS = 10_000;
const SIGN_OF_LIFE_MS = 2_000;

export type Listener = {
  snapshot: () => Snapshot;
  /** Python has said how to record: at the beginning, and when that changes. */
  welcome: (options: Options) => void;
  obey: (command: Command) => void;
  /** Python has bytes that it cannot decode itself. */
  decode: (take: string, blob: Blob) => void;
  /** Python has given this page up: nobody waits for what it records. */
  lost: () => void;
  /** More of what was sent has arrived. */
  acknowledged: () => void;
};

// A notebook that is closed and opened again in one page makes its models anew, and they count
// from nought: to Python, each is a page of its own.
export class Link {
  #name = randomId();
  #heard = 0;
  #done = 0;
  #clock = 0;
  #welcomed = false;
  #gone = false;
  #refused = 0;
  #outbox: Outbox;
  #hello: ReturnType<typeof setTimeout> | undefined;
  #pulse: ReturnType<typeof setInterval> | undefined;

  constructor(
    readonly model: AnyModel,
    readonly listener: Listener,
  ) {
    this.#outbox = this.#newOutbox();
    model.on("msg:custom", this.#receive);
    addEventListener("pagehide", this.#sayBye);
    this.#sayHello(FIRST_HELLO_MS);
  }

  /** How many bytes Python has not got yet. */
  get pendingBytes(): number {
    return this.#outbox.pendingBytes;
  }

  /** Send what must arrive. */
  post(letter: Letter, buffer: ArrayBuffer | null = null): void {
    this.#outbox.put(letter, buffer);
  }

  /** Send what may get lost. */
  note(note: Note): void {
    this.#send(note);
  }

  /** Command number `n` has been carried out; 0 is a button's. */
  done(n: number): void {
    this.#done = Math.max(this.#done, n);
  }

  /** Tell Python again and again that this page is there; it gives up one that is silent. */
  keepAlive(wanted: boolean): void {
    if (!wanted) {
      clearInterval(this.#pulse);
      this.#pulse = undefined;
    } else {
      this.#pulse ??= setInterval(() => this.note({ kind: "note" }), SIGN_OF_LIFE_MS);
    }
  }

  /** Say nothing any more. */
  destroy(): void {
    this.#gone = true;
    this.keepAlive(false);
    clearTimeout(this.#hello);
    removeEventListener("pagehide", this.#sayBye);
    this.model.off("msg:custom", this.#receive);
    this.#outbox.destroy();
  }

  #receive = (content: unknown, buffers: DataView[]): void => {
    const message = forPage(content, this.#name);
    switch (message?.kind) {
      case undefined:
        return this.#refuse(content);
      case "welcome":
        clearTimeout(this.#hello);
        this.#welcomed = true;
        return this.listener.welcome(message.options);
      case "command":
        return this.#hear(message);
      case "ack":
        this.#outbox.acknowledge(message.upto, message.probe);
        return this.listener.acknowledged();
      case "query": {
        const { mime_type } = message;
        return this.note({ kind: "answer", mime_type, supported: isTypeSupported(mime_type) });
      }
      case "diagnose":
        return void diagnose(message.names).then((facts) =>
          this.note({ kind: "diagnosis", facts }),
        );
      case "decode":
        return this.listener.decode(message.take, blobOf(buffers, message.mime_type));
      case "lost":
        return this.#beginAnew();
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
    this.note({ kind: "note" });
  }

  /** Under another name, so that nothing of the old life is taken for the new one's. */
  #beginAnew(): void {
    this.#name = randomId();
    this.#heard = this.#done = 0;
    this.#welcomed = false;
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
    this.note({ kind: "hello", version: VERSION, types: supportedTypes() });
    const next = Math.min(2 * pause, LONGEST_HELLO_MS);
    clearTimeout(this.#hello);
    this.#hello = setTimeout(() => this.#sayHello(next), pause);
  }

  #sayBye = (): void => this.note({ kind: "bye" });

  #send(message: Note | (Letter & { seq: number }), buffer: ArrayBuffer | null = null): void {
    if (this.#gone) {
      return;
    }
    const envelope: Envelope = {
      page: this.#name,
      clock: this.#clock++,
      heard: this.#heard,
      done: this.#done,
      snapshot: this.listener.snapshot(),
    };
    const buffers = buffer === null ? [] : [buffer];
    try {
      this.model.send({ ...message, ...envelope }, undefined, buffers);
    } catch (thrown) {
      // The comm is closed, or its kernel is gone for now: a probe will ask for what was lost.
      console.warn("mediarecorder could not send a message.", thrown);
    }
  }
}

const blobOf = (buffers: DataView[], type: string) =>
  new Blob(buffers as DataView<ArrayBuffer>[], { type });

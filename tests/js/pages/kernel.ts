// The other side of a recorder: a model as anywidget gives it to a page, and behind it a kernel
// that welcomes, commands and acknowledges as the Python side does; and a wire between them that
// loses, doubles and delays as it is told.

import type { AnyModel } from "@anywidget/types";

import {
  VERSION,
  type Command,
  type Envelope,
  type Letter,
  type Note,
  type Op,
  type Options,
} from "../../../js/wire/protocol";
import { deflate } from "./deflate";

type Asked = { kind: "asset"; name: string } | { kind: "peaks" | "audio" | "file"; take: string };
type Unpacked = Omit<Envelope, "bytes">;
export type Received = ((Letter & { seq: number } & Unpacked) | (Note & Unpacked) | Asked) & {
  bytes: Uint8Array<ArrayBuffer> | null;
};
export type Received1<K extends Received["kind"]> = Extract<Received, { kind: K }>;
export type Delivered = Extract<Received, { seq: number }>;

/** Shares in [0, 1] of the messages, both ways; the same ones at every run. */
export type Trouble = { lost: number; doubled: number; delay: number; seed: number };

const NONE: Trouble = { lost: 0, doubled: 0, delay: 0, seed: 1 };
const PATIENCE_MS = 20_000;
const AGAIN_MS = 250;

type Listener = (...values: unknown[]) => void;
type Waiting = Omit<Command, "kind" | "page">;

export class FakeKernel {
  /** Everything that the page has sent, also what was lost on the way. */
  readonly sent: Received[] = [];
  /** The letters, in order, once. */
  readonly letters: Delivered[] = [];
  readonly traits: Record<string, unknown>;
  readonly model: AnyModel;
  /** While it is busy, a kernel lets everything lie. */
  busy = false;
  /** Where its bundles lie; see site.ts. */
  readonly folder = location.search.includes("pseudo") ? "/pseudo" : "";
  /** What it says instead of answering a question about a take. */
  refusal: string | null = null;
  /** What is loaded lazily comes when this has settled. */
  serves: Promise<unknown> = Promise.resolve();
  /** Assets that its package lacks. */
  lacks: string[] = [];

  #listeners = new Map<string, Set<Listener>>();
  #waiting: Waiting[] = [];
  #lying: Received[] = [];
  #early = new Map<number, Delivered>();
  #upto = 0;
  #n = 0;
  #page = "";
  #up: Wire;
  #down: Wire;
  #again: ReturnType<typeof setInterval>;
  #watchers = new Set<() => void>();

  constructor(
    readonly options: Options,
    trouble: Partial<Trouble> = {},
    traits: Record<string, unknown> = {},
  ) {
    this.traits = {
      _key: Math.random().toString(36),
      _notice: "",
      _cause: "",
      _shown: {},
      state: "inactive",
      mime_type: "",
      audio_bits_per_second: 0,
      video_bits_per_second: 0,
      audio_bitrate_mode: "variable",
      ...traits,
    };
    this.#up = new Wire({ ...NONE, ...trouble });
    this.#down = new Wire({ ...NONE, ...trouble, seed: (trouble.seed ?? NONE.seed) + 1 });
    this.#again = setInterval(() => this.#push(), AGAIN_MS);
    this.model = {
      get: (name: string) => this.traits[name],
      on: (event: string, listener: Listener) => this.#listenersOf(event).add(listener),
      off: (event: string, listener: Listener) => this.#listenersOf(event).delete(listener),
      send: (content: object, _callbacks: unknown, buffers: ArrayBuffer[] = []) => {
        if (buffers.length > 1) {
          throw new Error("A message has one buffer at most.");
        }
        const bytes = buffers[0] === undefined ? null : new Uint8Array(buffers[0].slice(0));
        const message = { ...(JSON.parse(JSON.stringify(content)) as object), bytes } as Received;
        this.sent.push(message);
        this.#up.carry(() => this.#receive(message));
        this.#watchers.forEach((watcher) => watcher());
      },
    } as unknown as AnyModel;
  }

  /** The id of the page, once it has said hello. */
  get page(): string {
    return this.#page;
  }

  /** How many listeners the page has on the model. */
  get listening(): number {
    return [...this.#listeners.values()].reduce((sum, those) => sum + those.size, 0);
  }

  /** Command the page; returns the number of the command. */
  command(
    op: Op,
    take: string | null = null,
    timeslice: number | null = null,
    seconds: number | null = null,
  ): number {
    const previous = this.#n;
    this.#waiting.push({ n: ++this.#n, previous, op, take, timeslice, seconds });
    this.#push();
    return this.#n;
  }

  /** Change a trait, as Python does. */
  set(name: string, value: unknown): void {
    this.traits[name] = value;
    this.#emit(`change:${name}`);
  }

  /** Send a message to the page, whatever it is. */
  tell(content: object, ...buffers: Uint8Array[]): void {
    const views = buffers.map((b) => new DataView(b.buffer, b.byteOffset, b.byteLength));
    this.#down.carry(() => this.#emit("msg:custom", content, views));
  }

  /** Send whatever it is at once, past the wire. */
  shout(content: unknown, ...buffers: Uint8Array[]): void {
    const views = buffers.map((b) => new DataView(b.buffer, b.byteOffset, b.byteLength));
    this.#emit("msg:custom", content, views);
  }

  welcome(): void {
    const { options } = this;
    this.tell({ kind: "welcome", version: VERSION, page: this.#page, options });
  }

  /** Take up what lay here while the kernel was busy. */
  wake(): void {
    this.busy = false;
    this.#lying.splice(0).forEach((message) => this.#receive(message));
  }

  close(): void {
    clearInterval(this.#again);
  }

  /** Say nothing any more; JupyterLab tells the page so. */
  die(): void {
    this.close();
    this.busy = true;
    this.#emit("comm_live_update");
  }

  /** Wait until `condition` holds, looking again at each message of the page. */
  until(condition: () => boolean, what = String(condition)): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (condition()) {
          clearTimeout(bound);
          this.#watchers.delete(check);
          resolve();
        }
      };
      const bound = setTimeout(() => {
        this.#watchers.delete(check);
        const log = this.letters.map(({ kind }) => kind).join(" ");
        reject(new Error(`This never came: ${what}. There were: ${log}`));
      }, PATIENCE_MS);
      this.#watchers.add(check);
      check();
    });
  }

  /** Wait for the `count`th letter of a kind. */
  async letter<K extends Delivered["kind"]>(kind: K, count = 1): Promise<Received1<K>> {
    const those = () => this.letters.filter((letter) => letter.kind === kind);
    await this.until(() => those().length >= count, `${kind} number ${count}`);
    return those()[count - 1] as Received1<K>;
  }

  /** Wait until the page has carried out command `n`. */
  async done(n: number): Promise<void> {
    await this.until(() => this.sent.some((m) => "done" in m && m.done >= n), `command ${n} done`);
  }

  /** The assets that the page has asked for, in order. */
  get assets(): string[] {
    return this.sent.flatMap((message) => (message.kind === "asset" ? [message.name] : []));
  }

  /** What the letters of a take tell, or of all, without bytes and samples. */
  events(take?: string): string[] {
    return this.#of(take)
      .flatMap(({ kind }) => (kind === "stopped" ? ["dataavailable", kind] : kind))
      .filter((kind) => kind !== "data" && kind !== "pcm");
  }

  /** The bytes of a take, put together. */
  blob(take: string): Uint8Array<ArrayBuffer> {
    return joined(this.#bytesOf(take, "data", "dataavailable", "stopped"));
  }

  /** The samples of a take, interleaved. */
  samples(take: string): Float32Array<ArrayBuffer> {
    return new Float32Array(joined(this.#bytesOf(take, "pcm")).buffer);
  }

  #of(take?: string): Delivered[] {
    return this.letters.filter((each) => "take" in each && each.take === (take ?? each.take));
  }

  #bytesOf(take: string, ...kinds: Delivered["kind"][]): Uint8Array<ArrayBuffer>[] {
    return this.#of(take).flatMap(({ kind, bytes }) =>
      kinds.includes(kind) && bytes !== null ? [bytes] : [],
    );
  }

  #receive(message: Received): void {
    if (this.busy) {
      this.#lying.push(message);
      return;
    }
    switch (message.kind) {
      case "asset":
        return void this.#serve(message.name);
      case "peaks":
      case "audio":
      case "file":
        return void this.#answer(message);
    }
    this.#page = message.page;
    this.#waiting = this.#waiting.filter(({ n }) => n > message.heard);
    if ("seq" in message) {
      this.#accept(message);
      this.#acknowledge(null);
    } else if (message.kind === "probe") {
      this.#acknowledge(message.id);
    } else if (message.kind === "hello") {
      this.welcome();
      this.#push();
    }
    this.#watchers.forEach((watcher) => watcher());
  }

  #accept(letter: Delivered): void {
    if (letter.seq >= this.#upto) {
      this.#early.set(letter.seq, letter);
    }
    for (let next; (next = this.#early.get(this.#upto)) !== undefined; this.#upto++) {
      this.#early.delete(this.#upto);
      this.letters.push(next);
    }
  }

  #acknowledge(probe: number | null): void {
    this.tell({ kind: "ack", page: this.#page, upto: this.#upto, probe });
  }

  #push(): void {
    if (this.#page !== "" && !this.busy) {
      this.#waiting.forEach((command) =>
        this.tell({ kind: "command", page: this.#page, ...command } satisfies Command),
      );
    }
  }

  async #serve(name: string): Promise<void> {
    await this.serves;
    if (this.lacks.includes(name)) {
      const error = `The installed mediarecorder lacks ${name}.js.`;
      this.tell({ kind: "asset", name, version: VERSION, error });
      return;
    }
    const code = new Uint8Array(await (await fetch(`${this.folder}/${name}.js`)).arrayBuffer());
    const answer = { kind: "asset", name, version: VERSION, encoding: "deflate" };
    this.tell(answer, await deflate(code));
  }

  /** Of every take it has the same sound. */
  async #answer({ kind, take }: { kind: string; take: string }): Promise<void> {
    if (this.refusal !== null) {
      this.tell({ kind: "error", about: kind, text: this.refusal, take });
      return;
    }
    const peaks = Float32Array.from({ length: 400 }, (_, n) => syllables(n / 400));
    const data =
      kind === "peaks"
        ? new Uint8Array(peaks.buffer)
        : new Uint8Array(await (await fetch("/opus.webm")).arrayBuffer());
    this.tell({ kind, take, name: "take-1.webm", type: "audio/webm;codecs=opus" }, data);
  }

  #listenersOf(event: string): Set<Listener> {
    const those = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, those);
    return those;
  }

  #emit(event: string, ...values: unknown[]): void {
    [...this.#listenersOf(event)].forEach((listener) => listener(...values));
  }
}

/** Carries messages in order, in turns of their own. */
class Wire {
  #queue: Promise<void> = Promise.resolve();
  #random: number;

  constructor(readonly trouble: Trouble) {
    this.#random = trouble.seed;
  }

  carry(deliver: () => void): void {
    const { lost, doubled, delay } = this.trouble;
    const luck = this.#next();
    const copies = luck < lost ? 0 : luck < lost + doubled ? 2 : 1;
    const pause = delay * this.#next();
    this.#queue = this.#queue.then(async () => {
      await new Promise((resolve) => setTimeout(resolve, pause));
      for (let n = 0; n < copies; n++) {
        deliver();
      }
    });
  }

  /** The minimal standard generator: in [0, 1). */
  #next(): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random / 2_147_483_647;
  }
}

/** How loud a voice is that is none. */
const syllables = (at: number) =>
  Math.abs(Math.sin(23 * at) * Math.sin(9 * at + 1) * Math.sin(211 * at)) * 0.7 + 0.03;

function joined(parts: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

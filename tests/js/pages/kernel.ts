// A fake kernel in the page: a model like anywidget's, the Python side's replies (welcome,
// commands, acknowledgements), and a simulated wire that can lose, duplicate and delay messages.

import type { AnyModel } from "@anywidget/types";

import { base64 } from "../../../js/wire/base64";
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

type PageRequest =
  { kind: "asset"; name: string } | { kind: "peaks" | "audio" | "file"; take: string };
type Header = Omit<Envelope, "bytes">;
export type Received = ((Letter & { seq: number } & Header) | (Note & Header) | PageRequest) & {
  bytes: Uint8Array<ArrayBuffer> | null;
};
export type ReceivedOf<K extends Received["kind"]> = Extract<Received, { kind: K }>;
export type ReceivedLetter = Extract<Received, { seq: number }>;

/**
 * Faults of the wire, in both directions: shares of lost and of duplicated messages in [0, 1], and
 * the longest delay in ms. A seed always affects the same messages.
 */
export type Impairments = { lost: number; doubled: number; delay: number; seed: number };

const NO_IMPAIRMENTS: Impairments = { lost: 0, doubled: 0, delay: 0, seed: 1 };
const TIMEOUT_MS = 20_000;
const RESEND_MS = 250;

type Listener = (...values: unknown[]) => void;
type QueuedCommand = Omit<Command, "kind" | "page">;

export class FakeKernel {
  /** Every message that the page has sent, including those lost on the way. */
  readonly sent: Received[] = [];
  /** The letters, in order and without duplicates. */
  readonly letters: ReceivedLetter[] = [];
  readonly traits: Record<string, unknown>;
  readonly model: AnyModel;
  /** While the kernel is busy, it leaves every message unread. */
  busy = false;
  /** The folder of the bundles; see site.ts. */
  readonly folder = location.search.includes("pseudo") ? "/pseudo" : "";
  /** The error text that answers every request about a take, or null to answer normally. */
  refusal: string | null = null;
  /** Assets are sent once this has settled. */
  assetGate: Promise<unknown> = Promise.resolve();
  /** Assets that the package does not contain. */
  missingAssets: string[] = [];
  /** Whether the host drops the buffers of messages to the page, as Colab does. */
  dropsBuffers = false;

  #listeners = new Map<string, Set<Listener>>();
  #commands: QueuedCommand[] = [];
  #backlog: Received[] = [];
  #outOfOrder = new Map<number, ReceivedLetter>();
  #upto = 0;
  #n = 0;
  #page = "";
  #uplink: Wire;
  #downlink: Wire;
  #resendTimer: ReturnType<typeof setInterval>;
  #watchers = new Set<() => void>();

  constructor(
    readonly options: Options,
    impairments: Partial<Impairments> = {},
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
    this.#uplink = new Wire({ ...NO_IMPAIRMENTS, ...impairments });
    this.#downlink = new Wire({
      ...NO_IMPAIRMENTS,
      ...impairments,
      seed: (impairments.seed ?? NO_IMPAIRMENTS.seed) + 1,
    });
    this.#resendTimer = setInterval(() => this.#push(), RESEND_MS);
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
        this.#uplink.carry(() => this.#receive(message));
        this.#watchers.forEach((watcher) => watcher());
      },
    } as unknown as AnyModel;
  }

  /** The page's id, empty until its hello. */
  get page(): string {
    return this.#page;
  }

  /** The number of the page's listeners on the model. */
  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((sum, listeners) => sum + listeners.size, 0);
  }

  /** Send a command; returns its number. */
  command(
    op: Op,
    take: string | null = null,
    timeslice: number | null = null,
    seconds: number | null = null,
  ): number {
    const previous = this.#n;
    this.#commands.push({ n: ++this.#n, previous, op, take, timeslice, seconds });
    this.#push();
    return this.#n;
  }

  /** Set a trait, as Python does. */
  set(name: string, value: unknown): void {
    this.traits[name] = value;
    this.#emit(`change:${name}`);
  }

  /** Send a message to the page, over the wire. */
  send(content: object, ...buffers: Uint8Array[]): void {
    const views = buffers.map((b) => new DataView(b.buffer, b.byteOffset, b.byteLength));
    this.#downlink.carry(() => this.#emit("msg:custom", content, views));
  }

  /** Send any value to the page synchronously, without the wire. */
  sendDirectly(content: unknown, ...buffers: Uint8Array[]): void {
    const views = buffers.map((b) => new DataView(b.buffer, b.byteOffset, b.byteLength));
    this.#emit("msg:custom", content, views);
  }

  welcome(): void {
    const { options } = this;
    this.send({ kind: "welcome", version: VERSION, page: this.#page, options });
  }

  /** Read the messages that arrived while the kernel was busy. */
  wake(): void {
    this.busy = false;
    this.#backlog.splice(0).forEach((message) => this.#receive(message));
  }

  close(): void {
    clearInterval(this.#resendTimer);
  }

  /** Fall silent, and fire the event by which JupyterLab reports a dead kernel. */
  die(): void {
    this.close();
    this.busy = true;
    this.#emit("comm_live_update");
  }

  /** Wait until `condition` holds, checking it after each message of the page. */
  until(condition: () => boolean, what = String(condition)): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (condition()) {
          clearTimeout(timer);
          this.#watchers.delete(check);
          resolve();
        }
      };
      const timer = setTimeout(() => {
        this.#watchers.delete(check);
        const log = this.letters.map(({ kind }) => kind).join(" ");
        reject(new Error(`Timed out waiting for: ${what}. Received: ${log}`));
      }, TIMEOUT_MS);
      this.#watchers.add(check);
      check();
    });
  }

  /** Wait for the `count`th letter of a kind. */
  async letter<K extends ReceivedLetter["kind"]>(kind: K, count = 1): Promise<ReceivedOf<K>> {
    const matches = () => this.letters.filter((letter) => letter.kind === kind);
    await this.until(() => matches().length >= count, `${kind} number ${count}`);
    return matches()[count - 1] as ReceivedOf<K>;
  }

  /** Wait until the page reports command `n` as done. */
  async done(n: number): Promise<void> {
    await this.until(() => this.sent.some((m) => "done" in m && m.done >= n), `command ${n} done`);
  }

  /** The names of the assets that the page has requested, in order. */
  get requestedAssets(): string[] {
    return this.sent.flatMap((message) => (message.kind === "asset" ? [message.name] : []));
  }

  /** The events in the letters of one take, or of all takes, without bytes and samples. */
  events(take?: string): string[] {
    return this.#lettersOf(take)
      .flatMap(({ kind }) => (kind === "stopped" ? ["dataavailable", kind] : kind))
      .filter((kind) => kind !== "data" && kind !== "pcm");
  }

  /** The bytes of a take, concatenated. */
  blob(take: string): Uint8Array<ArrayBuffer> {
    return concatenated(this.#bytesOf(take, "data", "dataavailable", "stopped"));
  }

  /** The samples of a take, interleaved. */
  samples(take: string): Float32Array<ArrayBuffer> {
    return new Float32Array(concatenated(this.#bytesOf(take, "pcm")).buffer);
  }

  #lettersOf(take?: string): ReceivedLetter[] {
    return this.letters.filter((each) => "take" in each && each.take === (take ?? each.take));
  }

  #bytesOf(take: string, ...kinds: ReceivedLetter["kind"][]): Uint8Array<ArrayBuffer>[] {
    return this.#lettersOf(take).flatMap(({ kind, bytes }) =>
      kinds.includes(kind) && bytes !== null ? [bytes] : [],
    );
  }

  #receive(message: Received): void {
    if (this.busy) {
      this.#backlog.push(message);
      return;
    }
    switch (message.kind) {
      case "asset":
        return void this.#sendAsset(message.name);
      case "peaks":
      case "audio":
      case "file":
        return void this.#respond(message);
    }
    this.#page = message.page;
    this.#commands = this.#commands.filter(({ n }) => n > message.heard);
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

  #accept(letter: ReceivedLetter): void {
    if (letter.seq >= this.#upto) {
      this.#outOfOrder.set(letter.seq, letter);
    }
    for (let next; (next = this.#outOfOrder.get(this.#upto)) !== undefined; this.#upto++) {
      this.#outOfOrder.delete(this.#upto);
      this.letters.push(next);
    }
  }

  #acknowledge(probe: number | null): void {
    this.send({ kind: "ack", page: this.#page, upto: this.#upto, probe });
  }

  #push(): void {
    if (this.#page !== "" && !this.busy) {
      this.#commands.forEach((command) =>
        this.send({ kind: "command", page: this.#page, ...command } satisfies Command),
      );
    }
  }

  async #sendAsset(name: string): Promise<void> {
    await this.assetGate;
    if (this.missingAssets.includes(name)) {
      const error = `The installed mediarecorder lacks ${name}.js.`;
      this.send({ kind: "asset", name, version: VERSION, error });
      return;
    }
    const code = new Uint8Array(await (await fetch(`${this.folder}/${name}.js`)).arrayBuffer());
    const answer = { kind: "asset", name, version: VERSION };
    const deflated = await deflate(code);
    if (this.dropsBuffers) {
      this.send({ ...answer, encoding: "deflate+base64", code: base64(deflated.buffer) });
    } else {
      this.send({ ...answer, encoding: "deflate" }, deflated);
    }
  }

  /** Answer a request about a take; all takes have the same sound. */
  async #respond({ kind, take }: { kind: string; take: string }): Promise<void> {
    if (this.refusal !== null) {
      this.send({ kind: "error", about: kind, text: this.refusal, take });
      return;
    }
    const peaks = Float32Array.from({ length: 400 }, (_, n) => loudnessAt(n / 400));
    const data =
      kind === "peaks"
        ? new Uint8Array(peaks.buffer)
        : new Uint8Array(await (await fetch("/opus.webm")).arrayBuffer());
    this.send({ kind, take, name: "take-1.webm", type: "audio/webm;codecs=opus" }, data);
  }

  #listenersOf(event: string): Set<Listener> {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    return listeners;
  }

  #emit(event: string, ...values: unknown[]): void {
    [...this.#listenersOf(event)].forEach((listener) => listener(...values));
  }
}

/** Carries messages in order, each in a task of its own. */
class Wire {
  #queue: Promise<void> = Promise.resolve();
  #random: number;

  constructor(readonly impairments: Impairments) {
    this.#random = impairments.seed;
  }

  carry(deliver: () => void): void {
    const { lost, doubled, delay } = this.impairments;
    const draw = this.#next();
    const copies = draw < lost ? 0 : draw < lost + doubled ? 2 : 1;
    const pause = delay * this.#next();
    this.#queue = this.#queue.then(async () => {
      await new Promise((resolve) => setTimeout(resolve, pause));
      for (let n = 0; n < copies; n++) {
        deliver();
      }
    });
  }

  /** Return the next number in [0, 1) of the minimal standard generator. */
  #next(): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random / 2_147_483_647;
  }
}

/** The loudness of a synthetic voice at a position in [0, 1]. */
const loudnessAt = (at: number) =>
  Math.abs(Math.sin(23 * at) * Math.sin(9 * at + 1) * Math.sin(211 * at)) * 0.7 + 0.03;

function concatenated(parts: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

// What a take sends, each thing in its turn: reading a blob takes time, and what follows it waits.
//
// The recorder's chunks are short, for the sake of who listens, of the browser's store and of the
// decoder, which get each at once. Where nobody listens to samples, they travel together, since a
// letter costs the browser most of a kilobyte more than its bytes, and the kernel two.

import type { Decoding } from "../decoding/streaming";
import type { Keeper } from "../recovery/backup";
import { toFault } from "../wire/fault";
import { MAX_PART, type Letter } from "../wire/protocol";
import type { Report } from "../wire/report";
import type { Stopwatch } from "./stopwatch";

/** Shorter than a page that records is silent. */
const GATHERED_MS = 2_800;
const GATHERED_BYTES = 480_000;
/** What a page that is being closed can still send: browsers take some 64 kB at once. */
const MOST_AT_LAST = 48_000;

/** Where what is recorded goes. */
export type Destination = {
  report: Report;
  keeper: Keeper;
  decoding: Decoding | null;
  /** Whether somebody listens now. */
  isLive: () => boolean;
};

type Stopped = Omit<Extract<Letter, { kind: "stopped" }>, "decoding">;

export class Gathering {
  #turn: Promise<void> = Promise.resolve();
  #part = new Uint8Array(0); // what travels together next
  #sentAt = 0; // milliseconds of recording
  #abandoned = false;

  constructor(
    readonly take: string,
    readonly ways: Destination,
    readonly stopwatch: Stopwatch,
  ) {}

  /**
   * A chunk that comes `now`, in milliseconds of recording; `isLast` where the next one may be
   * long in coming. Firefox has many that are empty (bug: empty blobs while it records).
   */
  add(chunk: Blob, now: number, isLast: boolean): void {
    const isDue = isLast || this.ways.isLive() || now - this.#sentAt >= GATHERED_MS;
    if (isDue) {
      this.#sentAt = now;
    }
    this.#inTurn(async () => {
      await this.#take(chunk);
      if (isDue || this.#part.length >= GATHERED_BYTES) {
        this.send();
      } else if (chunk.size > 0) {
        this.ways.keeper.grow(this.#part.buffer, this.stopwatch.seconds);
      }
    });
  }

  /** A letter, behind all bytes that were before it, or with the last of them. */
  say(letter: Letter): void {
    this.#inTurn(() => this.send(letter));
  }

  /** The last letter; settles when it is reported. */
  end(letter: Stopped): Promise<void> {
    const { keeper, decoding } = this.ways;
    this.#inTurn(async () => {
      if (decoding !== null) {
        this.send(); // not behind the last samples
      }
      keeper.end(letter.seconds, letter.ended_by);
      const outcome = this.#abandoned ? null : await (decoding?.end() ?? null);
      this.send({ ...letter, decoding: outcome }, () => keeper.delivered());
    });
    return this.#turn;
  }

  /** The page is being closed. What is too much for it now would go before its goodbye, and stop it. */
  leave(): void {
    if (this.#part.length <= MOST_AT_LAST) {
      this.send();
    }
  }

  /** Report nothing more; what comes is still kept. */
  abandon(): void {
    this.#abandoned = true;
    this.ways.decoding?.abandon();
  }

  async #take(chunk: Blob): Promise<void> {
    for (let offset = 0; offset < chunk.size; offset += MAX_PART) {
      const piece = chunk.size > MAX_PART ? chunk.slice(offset, offset + MAX_PART) : chunk;
      const bytes = await piece.arrayBuffer();
      if (this.#part.length + bytes.byteLength > MAX_PART) {
        this.send();
      }
      this.#part = joined(this.#part, new Uint8Array(bytes));
      this.ways.decoding?.add(bytes);
    }
  }

  /** What has come so far, now, and `letter` behind it or with it. */
  send(letter?: Letter, arrived = () => {}): void {
    const { keeper } = this.ways;
    const { buffer } = this.#part;
    if (buffer.byteLength > 0) {
      this.#part = new Uint8Array(0);
      keeper.part(buffer, this.stopwatch.seconds);
      if (letter?.kind === "dataavailable" || letter?.kind === "stopped") {
        return this.#report(letter, buffer, () => (keeper.arrived(), arrived()));
      }
      this.#report({ kind: "data", take: this.take }, buffer, () => keeper.arrived());
    }
    if (letter) {
      this.#report(letter, undefined, arrived);
    }
  }

  #report: Report = (letter, buffer, arrived) => {
    if (!this.#abandoned) {
      this.ways.report(letter, buffer, arrived);
    }
  };

  #inTurn(step: () => void | Promise<void>): void {
    this.#turn = this.#turn.then(step).catch((thrown: unknown) => {
      this.#report({ kind: "failed", take: this.take, fault: toFault(thrown) });
    });
  }
}

type Bytes = Uint8Array<ArrayBuffer>;

function joined(one: Bytes, other: Bytes): Bytes {
  if (one.length === 0) {
    return other;
  }
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

// What a take sends, each thing in its turn: reading a blob takes time, and what follows it waits.
//
// The recorder's chunks are short, for the sake of who listens. Where nobody does, some of them
// travel together: each letter costs about a kilobyte more than its bytes.

import { MAX_PART, toFault, type Letter } from "./protocol";
import type { Ways } from "./recording";
import type { Stopwatch } from "./stopwatch";

const GATHERED_MS = 250;

/** Reports a letter, with bytes; `arrived` is called when Python has it. */
export type Report = (letter: Letter, buffer?: ArrayBuffer, arrived?: () => void) => void;

type Stopped = Omit<Extract<Letter, { kind: "stopped" }>, "decoding">;

export class Gathering {
  #turn: Promise<void> = Promise.resolve();
  #chunks: Blob[] = [];
  #bytes = 0;
  #sentAt = 0; // milliseconds of recording
  #abandoned = false;

  constructor(
    readonly take: string,
    readonly ways: Ways,
    readonly stopwatch: Stopwatch,
  ) {}

  /**
   * A chunk that comes `now`, in milliseconds of recording; `isLast` where the next one may be
   * long in coming. Firefox has many that are empty (bug: empty blobs while it records).
   */
  add(chunk: Blob, now: number, isLast: boolean): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.size;
    const isEnough = this.#bytes >= MAX_PART || now - this.#sentAt >= GATHERED_MS;
    if (isEnough || isLast || this.ways.isLive()) {
      this.#sentAt = now;
      this.#sendGathered();
    } else if (chunk.size > 0) {
      const soFar = new Blob(this.#chunks);
      this.#inTurn(() => this.#hold(soFar));
    }
  }

  /** A letter, behind all bytes that were before it. */
  say(letter: Letter): void {
    this.#sendGathered();
    this.#inTurn(() => this.#report(letter));
  }

  /** The last letter; settles when it is reported. */
  end(letter: Stopped): Promise<void> {
    const { keeper, decoding } = this.ways;
    this.#sendGathered();
    this.#inTurn(() => keeper.end(letter.seconds, letter.ended_by));
    this.#inTurn(async () => {
      const outcome = this.#abandoned ? null : await (decoding?.end() ?? null);
      this.#report({ ...letter, decoding: outcome }, undefined, () => keeper.delivered());
    });
    return this.#turn;
  }

  /** Report nothing more; what comes is still kept. */
  abandon(): void {
    this.#abandoned = true;
    this.ways.decoding?.abandon();
  }

  #sendGathered(): void {
    if (this.#bytes > 0) {
      const blob = new Blob(this.#chunks);
      this.#inTurn(() => this.#send(blob));
    }
    this.#chunks = [];
    this.#bytes = 0;
  }

  /** What waits to travel is kept already. */
  async #hold(blob: Blob): Promise<void> {
    this.ways.keeper.grow(await blob.arrayBuffer(), this.stopwatch.seconds);
  }

  async #send(blob: Blob): Promise<void> {
    const { keeper, decoding } = this.ways;
    for (let offset = 0; offset < blob.size; offset += MAX_PART) {
      const buffer = await blob.slice(offset, offset + MAX_PART).arrayBuffer();
      keeper.part(buffer, this.stopwatch.seconds);
      this.#report({ kind: "data", take: this.take }, buffer, () => keeper.arrived());
      decoding?.add(buffer);
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

// What a take sends, in order: reading a blob takes time, and what follows it waits.
//
// The native recorder's chunks are short, for the sake of listeners, of the browser's store and of
// the decoder, which get each at once. Without a listener they travel in batches, since a letter
// costs the browser most of a kilobyte more than its bytes, and the kernel two.

import type { StreamingDecoder } from "../decoding/streaming";
import type { Backup } from "../recovery/backup";
import { toFault } from "../wire/fault";
import { MAX_PART, type Letter } from "../wire/protocol";
import type { Report } from "../wire/report";
import type { Stopwatch } from "./stopwatch";

/** Shorter than the time after which a recording page sends a sign of life. */
const BATCH_MS = 2_800;
const BATCH_BYTES = 480_000;
/** What a page that is being closed can still send: browsers accept some 64 kB at once. */
const MAX_CLOSING_BYTES = 48_000;

/** Where the data of a recording goes. */
export type Destination = {
  report: Report;
  backup: Backup;
  decoder: StreamingDecoder | null;
  /** Whether Python has a listener now. */
  isLive: () => boolean;
};

type Stopped = Omit<Extract<Letter, { kind: "stopped" }>, "decoding">;

export class Batcher {
  #queue: Promise<void> = Promise.resolve();
  #batch = new Uint8Array(0);
  #sentAt = 0; // milliseconds of recording
  #isAbandoned = false;

  constructor(
    readonly take: string,
    readonly destination: Destination,
    readonly stopwatch: Stopwatch,
  ) {}

  /**
   * Add a chunk that comes `now`, in milliseconds of recording; `isLast` where the next one may be
   * long in coming. Many of Firefox's are empty (bug: empty blobs while it records).
   */
  add(chunk: Blob, now: number, isLast: boolean): void {
    const { backup, isLive } = this.destination;
    const isDue = isLast || isLive() || now - this.#sentAt >= BATCH_MS;
    if (isDue) {
      this.#sentAt = now;
    }
    this.#enqueue(async () => {
      await this.#append(chunk);
      if (isDue || this.#batch.length >= BATCH_BYTES) {
        this.#flush();
      } else if (chunk.size > 0) {
        backup.update(this.#batch.buffer, this.stopwatch.seconds);
      }
    });
  }

  /** Send a letter behind the bytes before it, or with the last of them. */
  send(letter: Letter): void {
    this.#enqueue(() => this.#flush(letter));
  }

  /** Send the last letter; settles when it is reported. */
  end(letter: Stopped): Promise<void> {
    const { backup, decoder } = this.destination;
    this.#enqueue(async () => {
      if (decoder !== null) {
        this.#flush(); // not behind the last samples
      }
      backup.end(letter.seconds, letter.ended_by);
      const outcome = this.#isAbandoned ? null : await (decoder?.end() ?? null);
      this.#flush({ ...letter, decoding: outcome }, () => backup.delivered());
    });
    return this.#queue;
  }

  /** Send the batch of a page that is being closed, unless it would hold up the page's goodbye. */
  flushAtClose(): void {
    if (this.#batch.length <= MAX_CLOSING_BYTES) {
      this.#flush();
    }
  }

  /** Report nothing more; the backup goes on. */
  abandon(): void {
    this.#isAbandoned = true;
    this.destination.decoder?.abandon();
  }

  async #append(chunk: Blob): Promise<void> {
    for (let offset = 0; offset < chunk.size; offset += MAX_PART) {
      const piece = chunk.size > MAX_PART ? chunk.slice(offset, offset + MAX_PART) : chunk;
      const bytes = await piece.arrayBuffer();
      if (this.#batch.length + bytes.byteLength > MAX_PART) {
        this.#flush();
      }
      this.#batch = joined(this.#batch, new Uint8Array(bytes));
      this.destination.decoder?.add(bytes);
    }
  }

  /** Report the batch now, and `letter` behind it or with it. */
  #flush(letter?: Letter, onAcknowledged = () => {}): void {
    const { backup } = this.destination;
    const { buffer } = this.#batch;
    if (buffer.byteLength > 0) {
      this.#batch = new Uint8Array(0);
      backup.add(buffer, this.stopwatch.seconds);
      if (letter?.kind === "dataavailable" || letter?.kind === "stopped") {
        return this.#report(letter, buffer, () => {
          backup.acknowledged();
          onAcknowledged();
        });
      }
      this.#report({ kind: "data", take: this.take }, buffer, () => backup.acknowledged());
    }
    if (letter) {
      this.#report(letter, undefined, onAcknowledged);
    }
  }

  #report: Report = (letter, buffer, onAcknowledged) => {
    if (!this.#isAbandoned) {
      this.destination.report(letter, buffer, onAcknowledged);
    }
  };

  #enqueue(step: () => void | Promise<void>): void {
    this.#queue = this.#queue.then(step).catch((thrown: unknown) => {
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

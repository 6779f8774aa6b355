// Sends the letters of a take in order. Reading a blob takes time, and later letters wait for it.
//
// The native recorder's chunks are short, so that listeners, the browser's store and the decoder
// get the data at once. Without a listener, chunks travel in batches, since each letter has an
// overhead of almost a kilobyte in the browser, and of two in the kernel.

import type { StreamingDecoder } from "../decoding/streaming";
import type { Backup } from "../recovery/backup";
import { toFault } from "../wire/fault";
import { MAX_PART, type Letter } from "../wire/protocol";
import type { Report } from "../wire/report";
import type { Stopwatch } from "./stopwatch";

/** Shorter than the interval of heartbeats, so that letters replace them during a recording. */
const BATCH_MS = 2_800;
const BATCH_BYTES = 480_000;
/** The most that a closing page can still send: browsers accept about 64 kB. */
const MAX_CLOSING_BYTES = 48_000;

/** The receivers of a recording's data. */
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
  #sentAt = 0; // in milliseconds of recording
  #isAbandoned = false;

  constructor(
    readonly take: string,
    readonly destination: Destination,
    readonly stopwatch: Stopwatch,
  ) {}

  /**
   * Add a chunk that arrives at `now`, in milliseconds of recording; `isLast` if the next one may
   * take long. Many of Firefox's are empty (bug: empty blobs while it records).
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

  /** Send a letter after the bytes before it, or together with the last of them. */
  send(letter: Letter): void {
    this.#enqueue(() => this.#flush(letter));
  }

  /** Send the last letter; settles when it is reported. */
  end(letter: Stopped): Promise<void> {
    const { backup, decoder } = this.destination;
    this.#enqueue(async () => {
      if (decoder !== null) {
        this.#flush(); // now, not after the last samples
      }
      backup.end(letter.seconds, letter.ended_by);
      const outcome = this.#isAbandoned ? null : await (decoder?.end() ?? null);
      this.#flush({ ...letter, decoding: outcome }, () => backup.delivered());
    });
    return this.#queue;
  }

  /** Send the batch of a closing page, unless it is so large that the page's bye would get lost. */
  flushAtClose(): void {
    if (this.#batch.length <= MAX_CLOSING_BYTES) {
      this.#flush();
    }
  }

  /** Report nothing more, and keep the backup. */
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

  /** Report the batch now, with `letter` or followed by it. */
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

function joined(first: Bytes, second: Bytes): Bytes {
  if (first.length === 0) {
    return second;
  }
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

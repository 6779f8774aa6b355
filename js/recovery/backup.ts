// The backup of a take in the browser's store, until Python has received the whole take.
//
// Python holds acknowledged parts in memory, and the kernel may die. The backup therefore keeps
// them until the take's last letter is acknowledged, unless Python has a journal on the kernel's
// disk.

import type { EndedBy, Keeping } from "../wire/protocol";
import { holdLock } from "./lock";
import * as store from "./store";
import { ownerOf, type Part, type TakeRecord } from "./store";

/** In a larger backup, acknowledged parts are removed. */
const MAX_BYTES = 512 * (1 << 20);
/** Faster data than any audio is written with a delay, in which most of it is acknowledged. */
const MAX_RATE = (8 * (1 << 20)) / 1000; // bytes per millisecond
const MAX_DELAY_MS = 3_000;
const MAX_UNWRITTEN = 64 * (1 << 20);

type TakeStart = Omit<TakeRecord, "take" | "owner" | "seconds" | "ended_by">;

export class Backup {
  /** Settles when this page releases the lock of the take. */
  readonly released: Promise<void>;

  #queue: Promise<void>;
  #resolveReleased!: () => void;
  #hasEnded = false;
  #isReleased = false;
  #hasFailed = false; // the recording continues without a backup
  #start: TakeStart | undefined;
  #sizes: number[] = [];
  #unwritten = new Map<number, Part>();
  #writtenAt = 0;
  #acknowledged = 0;
  #removed = 1; // the next part to remove; part 0 stays, since it has the container's header
  #bytes = 0;

  constructor(
    readonly take: string,
    readonly keeping: Keeping,
  ) {
    this.released = new Promise<void>((resolve) => (this.#resolveReleased = resolve));
    this.#queue = holdLock(take, this.released);
  }

  /** The take has started. */
  begin(start: TakeStart): void {
    this.#start = start;
    this.#putTake(start, 0, null);
  }

  /** Complete the next part: `seconds` is the length of the take up to its end. */
  add(bytes: ArrayBuffer, seconds: number): void {
    this.update(bytes, seconds);
    this.#sizes.push(bytes.byteLength);
    this.#bytes += bytes.byteLength;
  }

  /** Update the next part, which is still incomplete. */
  update(bytes: ArrayBuffer, seconds: number): void {
    const number = this.#sizes.length;
    if (this.#unwritten.size === 0) {
      this.#enqueue(() => this.#write());
    }
    this.#unwritten.set(number, { take: this.take, number, bytes, seconds });
  }

  /** Write all parts that were added during the last write, since a durable write is slow. */
  async #write(): Promise<void> {
    for (let ms; (ms = this.#delay()) > 0;) {
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
    const parts = [...this.#unwritten.values()];
    this.#unwritten.clear();
    this.#writtenAt = performance.now();
    await store.putParts(parts);
  }

  /** The delay of the next write, in milliseconds. */
  #delay(): number {
    const size = [...this.#unwritten.values()].reduce(
      (sum, { bytes }) => sum + bytes.byteLength,
      0,
    );
    const interval = size < MAX_UNWRITTEN ? Math.min(size / MAX_RATE, MAX_DELAY_MS) : 0;
    return this.#writtenAt + interval - performance.now();
  }

  /** Python has acknowledged the next part. */
  acknowledged(): void {
    this.#acknowledged += 1;
    if (this.keeping.journal || this.#bytes > MAX_BYTES) {
      const [first, next] = [this.#removed, this.#acknowledged];
      if (first < next) {
        this.#bytes -= this.#sizes.slice(first, next).reduce((sum, size) => sum + size, 0);
        this.#removed = next;
        for (let number = first; number < next; number++) {
          this.#unwritten.delete(number);
        }
        this.#enqueue(() => store.removeParts(this.take, first, next));
      }
    }
  }

  /** The take has ended. The backup stays until it is delivered, or recovered by another page. */
  end(seconds: number, ended_by: EndedBy): void {
    if (this.#start !== undefined) {
      this.#putTake(this.#start, seconds, ended_by);
    }
    this.#hasEnded = true;
    this.#resolveIfDone();
  }

  /** Remove the backup: Python has the whole take, or the take could not start. */
  delivered(): void {
    this.#unwritten.clear();
    this.#enqueue(() => store.removeTake(this.take));
    this.#hasEnded = true;
    this.release();
  }

  /** Give up the delivery. After the end of the take, any page may recover it. */
  release(): void {
    this.#isReleased = true;
    this.#resolveIfDone();
  }

  #putTake(start: TakeStart, seconds: number, ended_by: EndedBy | null): void {
    const [take, owner] = [this.take, ownerOf(this.keeping)];
    this.#enqueue(() => store.putTake({ take, owner, ...start, seconds, ended_by }));
  }

  #resolveIfDone(): void {
    if (this.#isReleased && this.#hasEnded) {
      void this.#queue.then(this.#resolveReleased);
    }
  }

  #enqueue(step: () => Promise<void>): void {
    this.#queue = this.#queue.then(step).catch((thrown: unknown) => {
      if (!this.#hasFailed) {
        console.warn("mediarecorder could not back up the take in the browser's store.", thrown);
      }
      this.#hasFailed = true;
    });
  }
}

/** The backups of one recorder. */
export class Backups {
  /** Settles when the locks of the latest release() are released. */
  released: Promise<unknown> = Promise.resolve();

  #all = new Set<Backup>();

  add(take: string, keeping: Keeping): Backup {
    const backup = new Backup(take, keeping);
    this.#all.add(backup);
    void backup.released.then(() => this.#all.delete(backup));
    return backup;
  }

  /** Give up the delivery of every take. */
  release(): void {
    this.#all.forEach((backup) => backup.release());
    this.released = Promise.all([...this.#all].map(({ released }) => released));
    this.#all.clear();
  }
}

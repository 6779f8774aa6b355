// A copy of one take in the browser's store while it is recorded, until Python has it for good.
//
// Python holds acknowledged parts in memory, and a kernel may die: so they stay here too until the
// take has ended there, unless a journal on the kernel's disk makes that needless.

import type { EndedBy, Keeping } from "../wire/protocol";
import { holdLock } from "./lock";
import * as store from "./store";
import { ownerOf, type Part, type TakeRecord } from "./store";

/** Beyond this, acknowledged parts are removed. */
const MAX_BYTES = 512 * (1 << 20);
/** Data that comes faster than any sound is written later: most of it is delivered before. */
const MAX_RATE = (8 * (1 << 20)) / 1000; // bytes in a millisecond
const MAX_DELAY_MS = 3_000;
const MAX_UNWRITTEN = 64 * (1 << 20);

type TakeStart = Omit<TakeRecord, "take" | "owner" | "seconds" | "ended_by">;

export class Backup {
  /** Settles when this page has released its claim to the take. */
  readonly released: Promise<void>;

  #queue: Promise<void>;
  #resolveReleased!: () => void;
  #hasEnded = false;
  #isReleased = false;
  #hasFailed = false; // the take goes on in memory
  #start: TakeStart | undefined;
  #sizes: number[] = [];
  #unwritten = new Map<number, Part>();
  #writtenAt = 0;
  #acknowledged = 0;
  #removed = 1; // the first part has the container's header: without it nothing plays
  #bytes = 0;

  constructor(
    readonly take: string,
    readonly keeping: Keeping,
  ) {
    this.released = new Promise<void>((resolve) => (this.#resolveReleased = resolve));
    this.#queue = holdLock(take, this.released);
  }

  begin(start: TakeStart): void {
    this.#start = start;
    this.#putTake(start, 0, null);
  }

  /** Add the next part, complete. */
  add(bytes: ArrayBuffer, seconds: number): void {
    this.update(bytes, seconds);
    this.#sizes.push(bytes.byteLength);
    this.#bytes += bytes.byteLength;
  }

  /** Update the next part, as far as it has come. */
  update(bytes: ArrayBuffer, seconds: number): void {
    const number = this.#sizes.length;
    if (this.#unwritten.size === 0) {
      this.#enqueue(() => this.#write());
    }
    this.#unwritten.set(number, { take: this.take, number, bytes, seconds });
  }

  /** Write what has come during the write before: a durable one takes its time. */
  async #write(): Promise<void> {
    for (let ms; (ms = this.#delay()) > 0;) {
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
    const parts = [...this.#unwritten.values()];
    this.#unwritten.clear();
    this.#writtenAt = performance.now();
    await store.putParts(parts);
  }

  /** How many milliseconds to wait before the next write. */
  #delay(): number {
    const size = [...this.#unwritten.values()].reduce(
      (sum, { bytes }) => sum + bytes.byteLength,
      0,
    );
    const interval = size < MAX_UNWRITTEN ? Math.min(size / MAX_RATE, MAX_DELAY_MS) : 0;
    return this.#writtenAt + interval - performance.now();
  }

  /** Python has one part more. */
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

  /** The take has ended; it stays here until it is delivered, or recovered by another page. */
  end(seconds: number, ended_by: EndedBy): void {
    if (this.#start !== undefined) {
      this.#putTake(this.#start, seconds, ended_by);
    }
    this.#hasEnded = true;
    this.#resolveIfDone();
  }

  /** Python has all of it, or nothing of it is worth keeping. */
  delivered(): void {
    this.#unwritten.clear();
    this.#enqueue(() => store.removeTake(this.take));
    this.#hasEnded = true;
    this.release();
  }

  /** Give up the delivery: from the take's end on, any page may recover it. */
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
        console.warn("mediarecorder: this browser does not keep the take in its store.", thrown);
      }
      this.#hasFailed = true;
    });
  }
}

/** The backups of one recorder. */
export class Backups {
  /** Settles when the claims of the latest release() are released. */
  released: Promise<unknown> = Promise.resolve();

  #all = new Set<Backup>();

  add(take: string, keeping: Keeping): Backup {
    const backup = new Backup(take, keeping);
    this.#all.add(backup);
    void backup.released.then(() => this.#all.delete(backup));
    return backup;
  }

  /** Give up the delivery of all. */
  release(): void {
    this.#all.forEach((backup) => backup.release());
    this.released = Promise.all([...this.#all].map(({ released }) => released));
    this.#all.clear();
  }
}

// Keeps one take in the browser's store while it is recorded, until Python has it for good.
//
// Python holds what has arrived in its memory, and a kernel may die: so what has arrived stays
// here too until the take has ended there, unless a journal on its disk makes that needless.

import type { EndedBy, Keeping } from "../wire/protocol";
import * as store from "./store";
import type { KeptTake, Part } from "./store";

/** More than this of what has arrived is not kept a second time here. */
const MOST_BYTES = 512 * (1 << 20);
/** What comes faster than any sound is written later: most of it is in Python for good before. */
const FASTEST = (8 * (1 << 20)) / 1000; // bytes in a millisecond
const LONGEST_MS = 3_000;
const MOST_WAITING = 64 * (1 << 20);

export type Facts = Omit<KeptTake, "take" | "owner" | "seconds" | "ended_by">;

export class Keeper {
  /** Settles when this page has no claim to the take any more. */
  readonly free: Promise<void>;

  #work: Promise<void>;
  #release!: () => void;
  #hasEnded = false;
  #isAlone = false;
  #failed = false; // the take goes on in memory
  #facts: Facts | undefined;
  #sizes: number[] = [];
  #unwritten = new Map<number, Part>();
  #writtenAt = 0;
  #arrived = 0;
  #removed = 1; // the first part has the container's header: without it nothing plays
  #bytes = 0;

  constructor(
    readonly take: string,
    readonly keeping: Keeping,
  ) {
    this.free = new Promise<void>((release) => (this.#release = release));
    this.#work = holdLock(take, this.free);
  }

  begin(facts: Facts): void {
    this.#facts = facts;
    this.#putTake(facts, 0, null);
  }

  /** The next part, complete. */
  part(bytes: ArrayBuffer, seconds: number): void {
    this.grow(bytes, seconds);
    this.#sizes.push(bytes.byteLength);
    this.#bytes += bytes.byteLength;
  }

  /** The next part as far as it has come. */
  grow(bytes: ArrayBuffer, seconds: number): void {
    const number = this.#sizes.length;
    if (this.#unwritten.size === 0) {
      this.#then(() => this.#write());
    }
    this.#unwritten.set(number, { take: this.take, number, bytes, seconds });
  }

  /** All that has come while the write before was under way, since each takes its time to be sure. */
  async #write(): Promise<void> {
    for (let ms; (ms = this.#early()) > 0;) {
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
    const parts = [...this.#unwritten.values()];
    this.#unwritten.clear();
    this.#writtenAt = performance.now();
    await store.putParts(parts);
  }

  /** How many milliseconds it is too early to write what there is. */
  #early(): number {
    const size = [...this.#unwritten.values()].reduce(
      (sum, { bytes }) => sum + bytes.byteLength,
      0,
    );
    const pause = size < MOST_WAITING ? Math.min(size / FASTEST, LONGEST_MS) : 0;
    return this.#writtenAt + pause - performance.now();
  }

  /** One part more has arrived in Python. */
  arrived(): void {
    this.#arrived += 1;
    if (this.keeping.journal || this.#bytes > MOST_BYTES) {
      const [first, next] = [this.#removed, this.#arrived];
      if (first < next) {
        this.#bytes -= this.#sizes.slice(first, next).reduce((sum, size) => sum + size, 0);
        this.#removed = next;
        for (let number = first; number < next; number++) {
          this.#unwritten.delete(number);
        }
        this.#then(() => store.removeParts(this.take, first, next));
      }
    }
  }

  /** There is no more of it; it stays here until it is delivered, or somebody asks for it. */
  end(seconds: number, ended_by: EndedBy): void {
    if (this.#facts !== undefined) {
      this.#putTake(this.#facts, seconds, ended_by);
    }
    this.#hasEnded = true;
    this.#freeIfDone();
  }

  /** Python has all of it, or nothing of it is worth keeping. */
  delivered(): void {
    this.#unwritten.clear();
    this.#then(() => store.removeTake(this.take));
    this.#hasEnded = true;
    this.leave();
  }

  /** Nobody delivers it any more: from its end on, whoever asks for it may have it. */
  leave(): void {
    this.#isAlone = true;
    this.#freeIfDone();
  }

  #putTake(facts: Facts, seconds: number, ended_by: EndedBy | null): void {
    const [take, owner] = [this.take, ownerOf(this.keeping)];
    this.#then(() => store.putTake({ take, owner, ...facts, seconds, ended_by }));
  }

  #freeIfDone(): void {
    if (this.#isAlone && this.#hasEnded) {
      void this.#work.then(this.#release);
    }
  }

  #then(step: () => Promise<void>): void {
    this.#work = this.#work.then(step).catch((thrown: unknown) => {
      if (!this.#failed) {
        console.warn("mediarecorder: this browser does not keep the take in its store.", thrown);
      }
      this.#failed = true;
    });
  }
}

/** Keeps the takes of one recorder that Python has not got yet. */
export class Keepers {
  /** Settles when this page has no claim any more to what was let go last. */
  freed: Promise<unknown> = Promise.resolve();

  #all = new Set<Keeper>();

  add(take: string, keeping: Keeping): Keeper {
    const keeper = new Keeper(take, keeping);
    this.#all.add(keeper);
    void keeper.free.then(() => this.#all.delete(keeper));
    return keeper;
  }

  /** Nobody delivers any of them any more. */
  letGo(): void {
    this.#all.forEach((keeper) => keeper.leave());
    this.freed = Promise.all([...this.#all].map(({ free }) => free));
    this.#all.clear();
  }
}

/** Whose a take is, as it stands in the store: one person's, in one notebook. */
export const ownerOf = ({ person, notebook }: Pick<Keeping, "person" | "notebook">) =>
  `${person}/${notebook}`;

const lockOf = (take: string) => `mediarecorder/take/${take}`;

/**
 * Whoever wonders whether the page of a take still lives asks for its lock, which the browser
 * releases when the page goes, however it goes. Resolves when the lock is there.
 */
function holdLock(take: string, held: Promise<void>): Promise<void> {
  const { locks } = navigator as { locks?: LockManager }; // not in insecure pages
  if (locks === undefined) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const hold = () => {
      resolve();
      return held;
    };
    locks.request(lockOf(take), hold).catch(() => resolve());
  });
}

/** Of these takes, those that no page records any more. */
export async function withoutPage(takes: KeptTake[]): Promise<KeptTake[]> {
  const { locks } = navigator as { locks?: LockManager };
  const held = new Set((await locks?.query())?.held?.map(({ name }) => name));
  return takes.filter(({ take }) => !held.has(lockOf(take)));
}

// The takes in the browser's store whose page is gone, for Python to recover.

import { MAX_PART, type Keeping } from "../wire/protocol";
import type { Report } from "../wire/report";
import { withoutLock } from "./lock";
import * as store from "./store";
import { ownerOf, type TakeRecord } from "./store";

const MAX_TAKES = 256;

export class Orphans {
  #queue: Promise<void> = Promise.resolve();

  constructor(
    readonly keeping: Keeping,
    readonly report: Report,
  ) {}

  /** Report each orphan of this notebook. */
  offer(): void {
    this.#enqueue(() => this.#list(false));
  }

  /** Report the orphans that Python asks for, and that these are all. */
  seek(anywhere: boolean): void {
    this.#enqueue(() => this.#list(anywhere).finally(() => this.report({ kind: "listed" })));
  }

  /** Report parts of a take from number `first` on: at most `maxParts`, and one letter of them. */
  fetch(take: string, first: number, maxParts: number): void {
    this.#enqueue(async () => {
      const { bytes, ...numbers } = (await this.#isOrphan(take))
        ? await store.readParts(take, first, maxParts, MAX_PART)
        : { first, next: first, bytes: new ArrayBuffer(0) };
      this.report({ kind: "stretch", take, ...numbers }, bytes);
    });
  }

  /** Remove a take that Python has. */
  forget(take: string): void {
    this.#enqueue(async () => {
      if (await this.#isOrphan(take)) {
        await store.removeTake(take);
      }
    });
  }

  async #list(anywhere: boolean): Promise<void> {
    for (const { owner: _, ...record } of await this.#find(anywhere)) {
      const last = await store.lastPart(record.take);
      const seconds = record.seconds || (last?.seconds ?? 0);
      this.report({ kind: "kept", ...record, seconds, parts: (last?.number ?? -1) + 1 });
    }
  }

  async #find(anywhere: boolean): Promise<TakeRecord[]> {
    const owned = (await store.listTakes()).filter((record) => this.#owns(record, anywhere));
    return (await withoutLock(owned)).slice(0, MAX_TAKES);
  }

  async #isOrphan(take: string): Promise<boolean> {
    const record = await store.getTake(take);
    if (record === undefined || !this.#owns(record, true)) {
      return false;
    }
    return (await withoutLock([record])).length > 0;
  }

  /** Whether a take is this person's: of this notebook, or of any. */
  #owns({ owner }: TakeRecord, anywhere: boolean): boolean {
    const { person } = this.keeping;
    const anyNotebook = ownerOf({ person, notebook: "" });
    return anywhere ? owner.startsWith(anyNotebook) : owner === ownerOf(this.keeping);
  }

  #enqueue(step: () => Promise<void>): void {
    this.#queue = this.#queue.then(step).catch((thrown: unknown) => {
      console.warn("mediarecorder: this browser's store does not answer.", thrown);
    });
  }
}

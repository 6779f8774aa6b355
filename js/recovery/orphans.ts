// The orphans in the browser's store, and their transfer to Python.

import { MAX_PART, type Keeping } from "../wire/protocol";
import type { Report } from "../wire/report";
import { findOrphans, isOrphan } from "./find";
import * as store from "./store";

export class Orphans {
  constructor(
    readonly keeping: Keeping,
    readonly report: Report,
  ) {}

  /** Report each orphan of the user in this notebook, or `anywhere`. */
  async list(anywhere: boolean): Promise<void> {
    for (const { owner: _, ...record } of await findOrphans(this.keeping, anywhere)) {
      const last = await store.lastPart(record.take);
      const seconds = record.seconds || (last?.seconds ?? 0);
      this.report({ kind: "kept", ...record, seconds, parts: (last?.number ?? -1) + 1 });
    }
  }

  /** Report the parts of a take from number `first` on, at most `maxParts`, in one letter. */
  async fetch(take: string, first: number, maxParts: number): Promise<void> {
    const { bytes, ...numbers } = (await this.#has(take))
      ? await store.readParts(take, first, maxParts, MAX_PART)
      : { first, next: first, bytes: new ArrayBuffer(0) };
    this.report({ kind: "stretch", take, ...numbers }, bytes);
  }

  /** Remove a take that Python has recovered. */
  async forget(take: string): Promise<void> {
    if (await this.#has(take)) {
      await store.removeTake(take);
    }
  }

  async #has(take: string): Promise<boolean> {
    const record = await store.getTake(take);
    return record !== undefined && isOrphan(record, this.keeping);
  }
}

// Handles Python's requests for the orphans in the browser's store, one after the other.

import { findOrphans } from "../recovery/find";
import type { Orphans } from "../recovery/orphans";
import type { Keeping } from "../wire/protocol";
import type { Report } from "../wire/report";
import type { Modules } from "./modules";

export class Recovery {
  #queue: Promise<void> = Promise.resolve();

  /** `released()` settles when the recorders of a dead kernel have released their takes. */
  constructor(
    readonly keeping: Keeping,
    readonly report: Report,
    readonly modules: Modules,
    readonly released: () => Promise<unknown>,
  ) {}

  /** Report each orphan of this notebook. Usually there is none, and the module is not loaded. */
  offer(): void {
    this.#enqueue(async () => {
      await this.released();
      if ((await findOrphans(this.keeping)).length > 0) {
        await (await this.#orphans()).list(false);
      }
    });
  }

  /** Report the requested orphans, and then the end of the list. */
  seek(anywhere: boolean): void {
    this.#enqueue(async () => {
      try {
        await this.released();
        await (await this.#orphans()).list(anywhere);
      } finally {
        this.report({ kind: "listed" });
      }
    });
  }

  fetch(take: string, first: number, maxParts: number): void {
    this.#enqueue(async () => (await this.#orphans()).fetch(take, first, maxParts));
  }

  forget(take: string): void {
    this.#enqueue(async () => (await this.#orphans()).forget(take));
  }

  async #orphans(): Promise<Orphans> {
    const { Orphans } = await this.modules.orphans();
    return new Orphans(this.keeping, this.report);
  }

  #enqueue(step: () => Promise<void>): void {
    this.#queue = this.#queue.then(step).catch((thrown: unknown) => {
      console.warn("mediarecorder could not read the browser's store.", thrown);
    });
  }
}

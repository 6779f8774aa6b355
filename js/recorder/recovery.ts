// The orphans in the browser's store, as Python asks for them, one request after the other.

import { findOrphans } from "../recovery/find";
import type { Orphans } from "../recovery/orphans";
import type { Keeping } from "../wire/protocol";
import type { Report } from "../wire/report";
import type { Modules } from "./modules";

export class Recovery {
  #queue: Promise<void> = Promise.resolve();

  /** `released` settles when the recorders of a dead kernel have released their takes. */
  constructor(
    readonly keeping: Keeping,
    readonly report: Report,
    readonly modules: Modules,
    readonly released: () => Promise<unknown>,
  ) {}

  /** Report each orphan of this notebook; most often there is none, and nothing to load. */
  offer(): void {
    this.#enqueue(async () => {
      await this.released();
      if ((await findOrphans(this.keeping)).length > 0) {
        await (await this.#orphans()).list(false);
      }
    });
  }

  /** Report the orphans that Python asks for, and that these are all. */
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
      console.warn("mediarecorder: this browser's store does not answer.", thrown);
    });
  }
}

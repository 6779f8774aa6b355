// What lies in the browser's store of takes whose page is gone, for Python to ask for.

import { MAX_PART, type Keeping } from "../wire/protocol";
import type { Report } from "../wire/report";
import { ownerOf, withoutPage } from "./backup";
import * as store from "./store";

const MOST_TAKES = 256;

export class Shelf {
  #work: Promise<void> = Promise.resolve();

  constructor(
    readonly keeping: Keeping,
    readonly report: Report,
  ) {}

  /** Report each take of this notebook that is kept here. */
  offer(): void {
    this.#then(() => this.#list(false));
  }

  /** The same, since Python asks, and that this is all. */
  seek(anywhere: boolean): void {
    this.#then(() => this.#list(anywhere).finally(() => this.report({ kind: "listed" })));
  }

  /** Report at most so many parts of a take from number `first` on, and as travel at once. */
  fetch(take: string, first: number, most: number): void {
    this.#then(async () => {
      const { bytes, ...numbers } = (await this.#mayGive(take))
        ? await store.stretchFrom(take, first, most, MAX_PART)
        : { first, next: first, bytes: new ArrayBuffer(0) };
      this.report({ kind: "stretch", take, ...numbers }, bytes);
    });
  }

  /** Python has it. */
  forget(take: string): void {
    this.#then(async () => {
      if (await this.#mayGive(take)) {
        await store.removeTake(take);
      }
    });
  }

  async #list(anywhere: boolean): Promise<void> {
    for (const { owner: _, ...kept } of await this.#takes(anywhere)) {
      const last = await store.lastPart(kept.take);
      const seconds = kept.seconds || (last?.seconds ?? 0);
      this.report({ kind: "kept", ...kept, seconds, parts: (last?.number ?? -1) + 1 });
    }
  }

  async #takes(anywhere: boolean): Promise<store.KeptTake[]> {
    const isOurs = (kept: store.KeptTake) => this.#isOurs(kept, anywhere);
    return (await withoutPage((await store.listTakes()).filter(isOurs))).slice(0, MOST_TAKES);
  }

  async #mayGive(take: string): Promise<boolean> {
    const kept = await store.getTake(take);
    return kept !== undefined && this.#isOurs(kept, true) && (await withoutPage([kept])).length > 0;
  }

  /** One person's, in one notebook or in all of them. */
  #isOurs({ owner }: store.KeptTake, anywhere: boolean): boolean {
    const { person } = this.keeping;
    const anyNotebook = ownerOf({ person, notebook: "" });
    return anywhere ? owner.startsWith(anyNotebook) : owner === ownerOf(this.keeping);
  }

  #then(step: () => Promise<void>): void {
    this.#work = this.#work.then(step).catch((thrown: unknown) => {
      console.warn("mediarecorder: this browser's store does not answer.", thrown);
    });
  }
}

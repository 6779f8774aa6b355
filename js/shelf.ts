// What lies in the browser's store of takes whose page is gone, for Python to ask for.

import { withoutPage } from "./keeper";
import { MAX_PART } from "./protocol";
import type { Report } from "./recording";
import * as store from "./store";

const MOST_TAKES = 256;

/** Whose takes a kernel may ask for: one person's, in one notebook or in all of them. */
export type Owner = { person: string; notebook: string };

export const nameOf = ({ person, notebook }: Owner): string => `${person}/${notebook}`;

export class Shelf {
  #work: Promise<void> = Promise.resolve();

  constructor(
    readonly owner: Owner,
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
      const isOurs = (await this.#takes(true)).some((kept) => kept.take === take);
      const { bytes, ...numbers } = isOurs
        ? await store.stretchFrom(take, first, most, MAX_PART)
        : { first, next: first, bytes: new ArrayBuffer(0) };
      this.report({ kind: "stretch", take, ...numbers }, bytes);
    });
  }

  /** Python has it. */
  forget(take: string): void {
    this.#then(async () => {
      if ((await this.#takes(true)).some((kept) => kept.take === take)) {
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
    const { person } = this.owner;
    const isOurs = ({ owner }: store.KeptTake) =>
      anywhere ? owner.startsWith(`${person}/`) : owner === nameOf(this.owner);
    return (await withoutPage((await store.listTakes()).filter(isOurs))).slice(0, MOST_TAKES);
  }

  #then(step: () => Promise<void>): void {
    this.#work = this.#work.then(step).catch((thrown: unknown) => {
      console.warn("mediarecorder: this browser's store does not answer.", thrown);
    });
  }
}

// The browser's store: an IndexedDB database of the takes that Python has not yet received in full.
// They survive a reload, a crash, and the death of the kernel. Each part is a record of its own, so
// that an interrupted write loses only one.

import { openDB, type IDBPDatabase } from "idb";

import type { EndedBy, Keeping, Settings } from "../wire/protocol";

/** A take without its bytes; `ended_by` is null during the recording. */
export type TakeRecord = {
  take: string;
  /** `person/notebook`. */
  owner: string;
  at: number;
  mime_type: string;
  settings: Settings;
  seconds: number;
  ended_by: EndedBy | null;
};

/** The owner of a take in the store: a user in a notebook. */
export const ownerOf = ({ person, notebook }: Pick<Keeping, "person" | "notebook">) =>
  `${person}/${notebook}`;

/** Consecutive parts, joined, from number `first` up to, but not including, `next`. */
export type PartRange = { first: number; next: number; bytes: ArrayBuffer };

/** `seconds` is the length of the take up to the end of the part. */
export type Part = { take: string; number: number; bytes: ArrayBuffer; seconds: number };

type Schema = {
  takes: { key: string; value: TakeRecord };
  parts: { key: [string, number]; value: Part };
};

const NAME = "mediarecorder";
const MAX_AGE_MS = 30 * 24 * 3_600_000;
const DURABLE: IDBTransactionOptions = { durability: "strict" };

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>(NAME, 1, {
    upgrade(db) {
      db.createObjectStore("takes", { keyPath: "take" });
      db.createObjectStore("parts", { keyPath: ["take", "number"] });
    },
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
      opened = undefined;
    },
    terminated: () => (opened = undefined),
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

export const putTake = (record: TakeRecord): Promise<void> => put("takes", [record]);

export const putParts = (parts: Part[]): Promise<void> => put("parts", parts);

async function put<N extends "takes" | "parts">(
  name: N,
  values: Schema[N]["value"][],
): Promise<void> {
  const transaction = (await database()).transaction(name, "readwrite", DURABLE);
  await Promise.all([...values.map((value) => transaction.store.put(value)), transaction.done]);
}

export async function getTake(take: string): Promise<TakeRecord | undefined> {
  return (await database()).get("takes", take);
}

/** Remove the parts from number `first` up to, but not including, `next`. */
export async function removeParts(take: string, first: number, next: number): Promise<void> {
  await (await database()).delete("parts", keyRange(take, first, next));
}

export async function removeTake(take: string): Promise<void> {
  const transaction = (await database()).transaction(["takes", "parts"], "readwrite");
  await Promise.all([
    transaction.objectStore("takes").delete(take),
    transaction.objectStore("parts").delete(keyRange(take)),
    transaction.done,
  ]);
}

/** List all takes. Those older than 30 days are removed. */
export async function listTakes(): Promise<TakeRecord[]> {
  const all = await (await database()).getAll("takes");
  const isOld = ({ at }: TakeRecord) => Date.now() - at > MAX_AGE_MS;
  await Promise.all(all.filter(isOld).map(({ take }) => removeTake(take)));
  return all.filter((record) => !isOld(record));
}

/** The last part of a take. */
export async function lastPart(take: string): Promise<Part | undefined> {
  const { store } = (await database()).transaction("parts");
  return (await store.openCursor(keyRange(take), "prev"))?.value;
}

/** Read consecutive parts, from number `first` or the next existing one on. */
export async function readParts(
  take: string,
  first: number,
  maxParts: number,
  maxBytes: number,
): Promise<PartRange> {
  const { store } = (await database()).transaction("parts");
  const found: Part[] = [];
  let size = 0;
  for (
    let cursor = await store.openCursor(keyRange(take, first));
    cursor !== null && found.length < maxParts;
    cursor = await cursor.continue()
  ) {
    const part = cursor.value;
    const last = found.at(-1)?.number;
    size += part.bytes.byteLength;
    if (last !== undefined && (part.number !== last + 1 || size > maxBytes)) {
      break;
    }
    found.push(part);
  }
  const bytes = await new Blob(found.map((part) => part.bytes)).arrayBuffer();
  const start = found[0]?.number ?? first;
  return { first: start, next: start + found.length, bytes };
}

function keyRange(take: string, first = 0, next = Infinity): IDBKeyRange {
  return IDBKeyRange.bound([take, first], [take, next], false, true);
}

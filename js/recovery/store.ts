// What this browser keeps of takes until Python has them for good, so that a reload, a crash or
// a kernel that dies leaves it where it is. One record for each part: a torn write loses one.

import { openDB, type DBSchema, type IDBPDatabase } from "idb";

import type { EndedBy, Settings } from "../wire/protocol";

/** What is known of a take besides its bytes; `ended_by` is null while its page records. */
export type KeptTake = {
  take: string;
  /** Whose it is: `person/notebook`. */
  owner: string;
  at: number;
  mime_type: string;
  settings: Settings;
  seconds: number;
  ended_by: EndedBy | null;
};

/** Consecutive parts joined: from number `first` up to `next`. */
export type Stretch = { first: number; next: number; bytes: ArrayBuffer };

/** `seconds` of the take have been recorded when a part is there. */
export type Part = { take: string; number: number; bytes: ArrayBuffer; seconds: number };

interface Schema extends DBSchema {
  takes: { key: string; value: KeptTake };
  parts: { key: [string, number]; value: Part };
}

const NAME = "mediarecorder";
const OLDEST_MS = 30 * 24 * 3_600_000;
const SURELY: IDBTransactionOptions = { durability: "strict" };

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

export const putTake = (kept: KeptTake): Promise<void> => put("takes", [kept]);

export const putParts = (parts: Part[]): Promise<void> => put("parts", parts);

async function put<N extends "takes" | "parts">(
  name: N,
  values: Schema[N]["value"][],
): Promise<void> {
  const transaction = (await database()).transaction(name, "readwrite", SURELY);
  await Promise.all([...values.map((value) => transaction.store.put(value)), transaction.done]);
}

export async function getTake(take: string): Promise<KeptTake | undefined> {
  return (await database()).get("takes", take);
}

/** Forget the parts from number `first` up to `next`. */
export async function removeParts(take: string, first: number, next: number): Promise<void> {
  await (await database()).delete("parts", numbersOf(take, first, next));
}

export async function removeTake(take: string): Promise<void> {
  const transaction = (await database()).transaction(["takes", "parts"], "readwrite");
  await Promise.all([
    transaction.objectStore("takes").delete(take),
    transaction.objectStore("parts").delete(numbersOf(take)),
    transaction.done,
  ]);
}

/** All takes that are kept here; those that nobody has asked for in 30 days go. */
export async function listTakes(): Promise<KeptTake[]> {
  const all = await (await database()).getAll("takes");
  const isOld = ({ at }: KeptTake) => Date.now() - at > OLDEST_MS;
  await Promise.all(all.filter(isOld).map(({ take }) => removeTake(take)));
  return all.filter((kept) => !isOld(kept));
}

/** The last part of a take. */
export async function lastPart(take: string): Promise<Part | undefined> {
  const { store } = (await database()).transaction("parts");
  return (await store.openCursor(numbersOf(take), "prev"))?.value;
}

/** At most so many parts that follow each other, from number `first` or the next that is there. */
export async function stretchFrom(
  take: string,
  first: number,
  most: number,
  mostBytes: number,
): Promise<Stretch> {
  const { store } = (await database()).transaction("parts");
  const found: Part[] = [];
  let size = 0;
  for (
    let cursor = await store.openCursor(numbersOf(take, first));
    cursor !== null && found.length < most;
    cursor = await cursor.continue()
  ) {
    const part = cursor.value;
    const last = found.at(-1)?.number;
    size += part.bytes.byteLength;
    if (last !== undefined && (part.number !== last + 1 || size > mostBytes)) {
      break;
    }
    found.push(part);
  }
  const bytes = await new Blob(found.map((part) => part.bytes)).arrayBuffer();
  const begin = found[0]?.number ?? first;
  return { first: begin, next: begin + found.length, bytes };
}

function numbersOf(take: string, first = 0, next = Infinity): IDBKeyRange {
  return IDBKeyRange.bound([take, first], [take, next], false, true);
}

// Finds the orphans of a user: interrupted takes in the browser's store, whose page is gone.

import type { Keeping } from "../wire/protocol";
import { withoutLock } from "./lock";
import { listTakes, ownerOf, type TakeRecord } from "./store";

const MAX_TAKES = 256;

/** The orphans of the user in this notebook, or `anywhere`. */
export async function findOrphans(keeping: Keeping, anywhere = false): Promise<TakeRecord[]> {
  const owned = (await listTakes()).filter((record) => isOwned(record, keeping, anywhere));
  return (await withoutLock(owned)).slice(0, MAX_TAKES);
}

/** Whether a take is an orphan of this user, in any notebook. */
export async function isOrphan(record: TakeRecord, keeping: Keeping): Promise<boolean> {
  return isOwned(record, keeping, true) && (await withoutLock([record])).length > 0;
}

function isOwned({ owner }: TakeRecord, keeping: Keeping, anywhere: boolean): boolean {
  const anyNotebook = ownerOf({ person: keeping.person, notebook: "" });
  return anywhere ? owner.startsWith(anyNotebook) : owner === ownerOf(keeping);
}

// Which of the takes in the browser's store are orphans: those of a person whose page is gone.

import type { Keeping } from "../wire/protocol";
import { withoutLock } from "./lock";
import { listTakes, ownerOf, type TakeRecord } from "./store";

const MAX_TAKES = 256;

/** The orphans of this notebook, or of this person `anywhere`. */
export async function findOrphans(keeping: Keeping, anywhere = false): Promise<TakeRecord[]> {
  const owned = (await listTakes()).filter((record) => isOwned(record, keeping, anywhere));
  return (await withoutLock(owned)).slice(0, MAX_TAKES);
}

export async function isOrphan(record: TakeRecord, keeping: Keeping): Promise<boolean> {
  return isOwned(record, keeping, true) && (await withoutLock([record])).length > 0;
}

function isOwned({ owner }: TakeRecord, keeping: Keeping, anywhere: boolean): boolean {
  const anyNotebook = ownerOf({ person: keeping.person, notebook: "" });
  return anywhere ? owner.startsWith(anyNotebook) : owner === ownerOf(keeping);
}

// The lock of each take. A page holds it while it records and delivers the take. The browser
// releases it when the page is closed or crashes. A take whose lock is free is therefore an orphan.

import type { TakeRecord } from "./store";

/** Hold the lock of `take` until `released` settles; resolves when the lock is acquired. */
export function holdLock(take: string, released: Promise<void>): Promise<void> {
  const { locks } = navigator as { locks?: LockManager }; // missing in insecure pages
  if (locks === undefined) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const hold = () => {
      resolve();
      return released;
    };
    locks.request(lockOf(take), hold).catch(() => resolve());
  });
}

/** The takes whose lock is free. */
export async function withoutLock(takes: TakeRecord[]): Promise<TakeRecord[]> {
  const { locks } = navigator as { locks?: LockManager };
  const held = new Set((await locks?.query())?.held?.map(({ name }) => name));
  return takes.filter(({ take }) => !held.has(lockOf(take)));
}

const lockOf = (take: string) => `mediarecorder/take/${take}`;

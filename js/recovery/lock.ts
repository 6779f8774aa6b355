// The lock of each take: a page holds it while it records and delivers the take, and the browser
// releases it when the page goes, however it goes. So a lock that nobody holds marks an orphan.

import type { TakeRecord } from "./store";

/** Hold the lock of `take` until `released` settles; resolves when the lock is there. */
export function holdLock(take: string, released: Promise<void>): Promise<void> {
  const { locks } = navigator as { locks?: LockManager }; // not in insecure pages
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

/** Those of `takes` whose lock no page holds. */
export async function withoutLock(takes: TakeRecord[]): Promise<TakeRecord[]> {
  const { locks } = navigator as { locks?: LockManager };
  const held = new Set((await locks?.query())?.held?.map(({ name }) => name));
  return takes.filter(({ take }) => !held.has(lockOf(take)));
}

const lockOf = (take: string) => `mediarecorder/take/${take}`;

// The recorders of a page, by the keys that Python gives them, also for views in other bundles.

import { VERSION } from "../wire/protocol";
import type { Recorder } from "./recorder";

/** A view of a recorder. */
export type View = { togglePlaying: () => void; destroy: () => void };

export type RegisteredRecorder = {
  recorder: Recorder;
  /** Show it in `el`; `hasKeys` is whether the view handles the keyboard itself. */
  show: (el: HTMLElement, hasKeys: boolean) => View;
};

type Registry = { recorders: Map<string, RegisteredRecorder>; registrations: EventTarget };

const key = Symbol.for(`mediarecorder.page/${VERSION}`);

export function registry(): Registry {
  const global = globalThis as unknown as Record<symbol, Registry | undefined>;
  return (global[key] ??= { recorders: new Map(), registrations: new EventTarget() });
}

/** Call `use` with the recorder `name` when it is registered, and again with each replacement. */
export function whenRegistered(
  name: string,
  use: (registered: RegisteredRecorder) => void,
  signal: AbortSignal,
): void {
  const { recorders, registrations } = registry();
  const notify = () => {
    const registered = recorders.get(name);
    if (registered !== undefined) {
      use(registered);
    }
  };
  registrations.addEventListener(name, notify, { signal });
  notify();
}

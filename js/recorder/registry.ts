// The recorders of a page, for all who show one: by the key that Python gave each.

import { VERSION } from "../wire/protocol";
import type { Recorder } from "./recorder";

/** A view of a recorder that somebody has put somewhere. */
export type View = { togglePlaying: () => void; destroy: () => void };

export type OnPage = {
  recorder: Recorder;
  /** Show it in `el`; `keys` tells whether it listens to the keyboard itself. */
  show: (el: HTMLElement, keys: boolean) => View;
};

type Registry = { recorders: Map<string, OnPage>; arrivals: EventTarget };

const key = Symbol.for(`mediarecorder.page/${VERSION}`);

export function registry(): Registry {
  const place = globalThis as { [key]?: Registry };
  place[key] ??= { recorders: new Map(), arrivals: new EventTarget() };
  return place[key];
}

/** Call `use` with the recorder of this name now or as soon as it is there, and with each later one. */
export function whenThere(name: string, use: (found: OnPage) => void, life: AbortSignal): void {
  const { recorders, arrivals } = registry();
  const look = () => {
    const found = recorders.get(name);
    if (found !== undefined) {
      use(found);
    }
  };
  arrivals.addEventListener(name, look, { signal: life });
  look();
}

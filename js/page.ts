// What belongs to the page and not to one model or view.
//
// `initialize` and `render` get different proxies of one model, and hot reload makes a new module: so
// the recorders live in one place on globalThis.

import type { AnyModel } from "@anywidget/types";

import { VERSION } from "./protocol";
import { Recorder } from "./recorder";

type Recorders = Map<string, Recorder>;

const key = Symbol.for(`mediarecorder.page/${VERSION}`);

function recorders(): Recorders {
  const place = globalThis as { [key]?: Recorders };
  place[key] ??= new Map();
  return place[key];
}

/** Make the recorder of a model that has come up; returns how to take it down. */
export function addRecorder(model: AnyModel): () => void {
  const name: string = model.get("_key");
  recorders().get(name)?.destroy();
  const recorder = new Recorder(model, () => recorders().values());
  recorders().set(name, recorder);
  return () => {
    recorder.destroy();
    if (recorders().get(name) === recorder) {
      recorders().delete(name);
    }
  };
}

/** The recorder of a model that a view is made for. */
export function recorderOf(model: AnyModel): Recorder | undefined {
  return recorders().get(model.get("_key"));
}

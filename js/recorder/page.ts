// The recorders of a page as their models come and go.
//
// `initialize` and `render` get different proxies of one model, and hot reload makes a new module: so
// the recorders live in one place on globalThis.

import type { AnyModel } from "@anywidget/types";

import { Recorder } from "./recorder";
import { registry, type OnPage } from "./registry";

type Show = (
  recorder: Recorder,
  ...where: Parameters<OnPage["show"]>
) => ReturnType<OnPage["show"]>;

/** Make the recorder of a model that has come up; returns how to take it down. */
export function addRecorder(model: AnyModel, show: Show): () => void {
  const { recorders, arrivals } = registry();
  const name = nameOf(model);
  recorders.get(name)?.recorder.destroy();
  const recorder = new Recorder(model, () =>
    [...recorders.values()].map((found) => found.recorder),
  );
  recorders.set(name, { recorder, show: (el, keys) => show(recorder, el, keys) });
  arrivals.dispatchEvent(new Event(name));
  return () => {
    recorder.destroy();
    if (recorders.get(name)?.recorder === recorder) {
      recorders.delete(name);
    }
  };
}

/** The recorder of a model that a view is made for. */
export const recorderOf = (model: AnyModel): OnPage | undefined =>
  registry().recorders.get(nameOf(model));

const nameOf = (model: AnyModel): string => model.get("_key");

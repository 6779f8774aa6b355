// The recorders of a page as their models come and go.
//
// `initialize` and `render` get different proxies of one model, and hot reload makes a new module: so
// the recorders live in one place on globalThis.

import type { AnyModel } from "@anywidget/types";

import { Recorder } from "./recorder";
import { registry, type RegisteredRecorder } from "./registry";

type Show = (
  recorder: Recorder,
  ...where: Parameters<RegisteredRecorder["show"]>
) => ReturnType<RegisteredRecorder["show"]>;

/** Make and register the recorder of a new model; returns how to take it down. */
export function register(model: AnyModel, show: Show): () => void {
  const { recorders, registrations } = registry();
  const name = nameOf(model);
  recorders.get(name)?.recorder.destroy();
  const recorder = new Recorder(model, () => [...recorders.values()].map((each) => each.recorder));
  recorders.set(name, { recorder, show: (el, hasKeys) => show(recorder, el, hasKeys) });
  registrations.dispatchEvent(new Event(name));
  return () => {
    recorder.destroy();
    if (recorders.get(name)?.recorder === recorder) {
      recorders.delete(name);
    }
  };
}

/** The recorder of a model whose view is rendered. */
export const recorderOf = (model: AnyModel): RegisteredRecorder | undefined =>
  registry().recorders.get(nameOf(model));

const nameOf = (model: AnyModel) => String(model.get("_key"));

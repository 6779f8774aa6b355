// Registers the recorders of a page.
//
// `initialize` and `render` get different proxies of one model, and a hot reload makes a new
// module. The registry is therefore on globalThis.

import type { AnyModel } from "@anywidget/types";

import { Recorder } from "./recorder";
import { registry, type RegisteredRecorder } from "./registry";

type Show = (
  recorder: Recorder,
  ...where: Parameters<RegisteredRecorder["show"]>
) => ReturnType<RegisteredRecorder["show"]>;

/** Create and register the recorder of a model; returns a function that destroys it. */
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

/** The registered recorder of a model. */
export const recorderOf = (model: AnyModel): RegisteredRecorder | undefined =>
  registry().recorders.get(nameOf(model));

const nameOf = (model: AnyModel) => String(model.get("_key"));

// marimo runs the cells that depend on a widget when the page writes a trait, and not when Python
// does. So the page writes Python's value again. Elsewhere that changes nothing, and nothing is sent.

import type { AnyModel } from "@anywidget/types";

/** Echo each new value of one of Python's traits; returns how to stop that. */
export function echoTrait(model: AnyModel, name: string): () => void {
  let echoed: unknown = model.get(name);
  const onChange = () => {
    const value: unknown = model.get(name);
    if (value !== echoed) {
      echoed = value;
      model.set(name, value);
      model.save_changes();
    }
  };
  model.on(`change:${name}`, onChange);
  return () => model.off(`change:${name}`, onChange);
}

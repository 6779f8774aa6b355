// Echoes a trait, for marimo: it runs the cells that depend on a widget when the page sets a trait,
// and not when Python does. In other hosts an unchanged value is not sent.

import type { AnyModel } from "@anywidget/types";

/** Set each new value of Python's trait `name` again; returns a function that stops this. */
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

// marimo runs the cells that depend on a widget when its page writes a trait, and not when Python
// does; so the page says again what Python has told it. Elsewhere that changes nothing, and
// nothing is sent.

import type { AnyModel } from "@anywidget/types";

/** Say each new value of a trait of Python's again; returns how to stop that. */
export function sayAgain(model: AnyModel, name: string): () => void {
  let said: unknown = model.get(name);
  const listen = () => {
    const told: unknown = model.get(name);
    if (told !== said) {
      said = told;
      model.set(name, told);
      model.save_changes();
    }
  };
  model.on(`change:${name}`, listen);
  return () => model.off(`change:${name}`, listen);
}

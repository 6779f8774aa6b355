// What Python says of a trait is said again, which a reactive notebook takes for a page's own word.

import type { AnyModel } from "@anywidget/types";
import { expect, it } from "vitest";

import { echoTrait } from "../../../js/recorder/echo";

/** As marimo's: what is set is said, changed or not, and heard by the page itself. */
class Model {
  said: unknown[] = [];
  #value: unknown = 0;
  #listeners = new Set<() => void>();

  get = () => this.#value;
  save_changes = () => void this.said.push(this.#value);
  on = (_: string, listener: () => void) => this.#listeners.add(listener);
  off = (_: string, listener: () => void) => this.#listeners.delete(listener);
  set = (_: string, value: unknown) => {
    this.#value = value;
    this.#listeners.forEach((listener) => listener());
  };
}

it("each new value of a trait is said again, once", () => {
  const model = new Model();
  const stop = echoTrait(model as unknown as AnyModel, "takes");
  for (const value of [0, 1, 1, 2]) model.set("takes", value);
  expect(model.said).toEqual([1, 2]);
  stop();
  model.set("takes", 3);
  expect(model.said).toEqual([1, 2]);
});

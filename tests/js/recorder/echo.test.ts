// The page writes Python's traits back, because marimo runs the cells that depend on a widget only
// for changes by the page.

import type { AnyModel } from "@anywidget/types";
import { expect, it } from "vitest";

import { echoTrait } from "../../../js/recorder/echo";

/** A model like marimo's: each set() notifies the page's own listeners, and each save is sent. */
class Model {
  saved: unknown[] = [];
  #value: unknown = 0;
  #listeners = new Set<() => void>();

  get = () => this.#value;
  save_changes = () => void this.saved.push(this.#value);
  on = (_: string, listener: () => void) => this.#listeners.add(listener);
  off = (_: string, listener: () => void) => this.#listeners.delete(listener);
  set = (_: string, value: unknown) => {
    this.#value = value;
    this.#listeners.forEach((listener) => listener());
  };
}

it("each new value of a trait is saved back once", () => {
  const model = new Model();
  const stop = echoTrait(model as unknown as AnyModel, "takes");
  for (const value of [0, 1, 1, 2]) model.set("takes", value);
  expect(model.saved).toEqual([1, 2]);
  stop();
  model.set("takes", 3);
  expect(model.saved).toEqual([1, 2]);
});

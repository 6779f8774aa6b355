// Helpers that build the DOM of a view. They set text as text, never as markup.

import { fill } from "./format";

/** SVG paths in a 24 × 24 view box. */
export const icons = {
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M6.5 5h4v14h-4zM13.5 5h4v14h-4z",
  download: "M11 4h2v8.2l3-3 1.4 1.4L12 16l-5.4-5.4L8 9.2l3 3zM5 18h14v2H5z",
};

/** Format a time as minutes, seconds and tenths: 1:02.3. `round` rounds the number of tenths. */
export function clock(seconds: number, round: (tenths: number) => number = Math.round): string {
  const tenths = round(10 * seconds);
  const rest = (tenths % 600) / 10;
  return `${Math.floor(tenths / 600)}:${rest.toFixed(1).padStart(4, "0")}`;
}

/** Format a number of bytes: 58 kB, 1.2 MB. */
export function size(bytes: number, strings: { kilobytes: string; megabytes: string }): string {
  return bytes < 1e6
    ? fill(strings.kilobytes, Math.round(bytes / 1e3))
    : fill(strings.megabytes, (bytes / 1e6).toFixed(1));
}

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className: string,
  ...children: HTMLElement[]
): HTMLElementTagNameMap[K] {
  const created = document.createElement(name);
  created.className = className;
  created.append(...children);
  return created;
}

export function styleSheet(...rules: string[]): HTMLStyleElement {
  const style = document.createElement("style");
  style.textContent = rules.join("\n");
  return style;
}

/** Set a node's text. Screen readers do not announce an unchanged text again. */
export function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** Set a button's accessible name and its tooltip, which also shows `key`. */
export function label(button: HTMLButtonElement, text: string, key = ""): void {
  button.ariaLabel = text;
  button.title = key === "" ? text : `${text} (${key})`;
}

/** Enable or disable a button without taking its focus, as the attribute `disabled` would. */
export function enable(button: HTMLButtonElement, isEnabled: boolean): void {
  button.ariaDisabled = String(!isEnabled);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Record<string, string>,
  ...children: SVGElement[]
): SVGElementTagNameMap[K] {
  const created = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, value]) => created.setAttribute(key, value));
  created.append(...children);
  return created;
}

/** A round button with an icon. */
export function button(className: string, ...shapes: SVGElement[]): HTMLButtonElement {
  const created = element("button", `round ${className}`);
  created.type = "button";
  created.append(svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, ...shapes));
  return created;
}

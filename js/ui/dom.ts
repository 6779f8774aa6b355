// Small tools that build the DOM of a view. Text is always set as text, never as markup.

import { fill } from "./format";

/** Paths in a square of 24. */
export const icons = {
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M6.5 5h4v14h-4zM13.5 5h4v14h-4z",
  download: "M11 4h2v8.2l3-3 1.4 1.4L12 16l-5.4-5.4L8 9.2l3 3zM5 18h14v2H5z",
};

/** Minutes, seconds and tenths, as 1:02.3; `toWhole` rounds the tenths. */
export function clock(seconds: number, toWhole: (tenths: number) => number = Math.round): string {
  const tenths = toWhole(10 * seconds);
  const rest = (tenths % 600) / 10;
  return `${Math.floor(tenths / 600)}:${rest.toFixed(1).padStart(4, "0")}`;
}

/** An amount of bytes: 58 kB, 1.2 MB. */
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

/** Text that has not changed is not announced again. */
export function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** Name a button for screen readers, and in its tooltip. */
export function label(button: HTMLButtonElement, text: string, key = ""): void {
  button.ariaLabel = text;
  button.title = key === "" ? text : `${text} (${key})`;
}

/** Enable or disable a button that keeps the focus; the attribute `disabled` would take it. */
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

// Small tools for building what is seen. All text goes in as text, never as markup.

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
export function size(bytes: number, words: { kilobytes: string; megabytes: string }): string {
  return bytes < 1e6
    ? fill(words.kilobytes, Math.round(bytes / 1e3))
    : fill(words.megabytes, (bytes / 1e6).toFixed(1));
}

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className: string,
  ...children: HTMLElement[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}

export function styleSheet(...rules: string[]): HTMLStyleElement {
  const style = document.createElement("style");
  style.textContent = rules.join("\n");
  return style;
}

/** Text that has not changed is not announced again. */
export function setText(node: HTMLElement, words: string): void {
  if (node.textContent !== words) {
    node.textContent = words;
  }
}

/** A button that says what it does to those who do not see it, and to those who point at it. */
export function label(button: HTMLButtonElement, words: string, key = ""): void {
  button.ariaLabel = words;
  button.title = key === "" ? words : `${words} (${key})`;
}

/** Stays in focus, as a button that is disabled would not. */
export function enable(button: HTMLButtonElement, enabled: boolean): void {
  button.ariaDisabled = String(!enabled);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Record<string, string>,
  ...children: SVGElement[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
}

/** A round one with an icon. */
export function button(className: string, ...shapes: SVGElement[]): HTMLButtonElement {
  const made = element("button", `round ${className}`);
  made.type = "button";
  made.append(svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, ...shapes));
  return made;
}

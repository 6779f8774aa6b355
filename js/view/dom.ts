// Small tools for building what is seen. All text goes in as text, never as markup.

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

export function styleSheet(rules: string): HTMLStyleElement {
  const style = document.createElement("style");
  style.textContent = rules;
  return style;
}

/** A round one that shows an icon and says what it does. */
export function button(className: string, label: string, icon: string): HTMLButtonElement {
  const made = element("button", className);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", icon);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  made.append(svg);
  made.type = "button";
  made.ariaLabel = made.title = label;
  return made;
}

// The labels to choose from. Each has a digit as its key.

import { element } from "../ui/dom";

export class Labels {
  readonly element = element("div", "labels");
  #buttons: HTMLButtonElement[] = [];
  #labels: string[] = [];

  /** The chosen label, or an empty string. */
  chosen = "";

  constructor(
    name: string,
    readonly onChange: () => void,
  ) {
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", name);
  }

  /** Draw the choice, and the buttons only if the labels have changed. */
  draw(labels: string[]): void {
    if (labels.join("\n") !== this.#labels.join("\n")) {
      this.#labels = labels;
      this.#buttons = labels.map((label, index) => this.#button(label, index));
      this.element.replaceChildren(...this.#buttons);
    }
    this.element.hidden = labels.length === 0;
    this.#buttons.forEach((button, index) => {
      button.ariaPressed = String(labels[index] === this.chosen);
    });
  }

  /** Choose the label at `index`, if it exists. Choosing it again clears the choice. */
  choose(index: number): void {
    const label = this.#labels[index];
    if (label !== undefined) {
      this.chosen = this.chosen === label ? "" : label;
      this.onChange();
    }
  }

  #button(label: string, index: number): HTMLButtonElement {
    const digit = element("kbd", "");
    digit.textContent = String(index + 1);
    digit.ariaHidden = "true";
    const name = element("span", "");
    name.textContent = label;
    name.dir = "auto";
    const button = element("button", "label", digit, name);
    button.type = "button";
    button.setAttribute("aria-keyshortcuts", String(index + 1));
    button.addEventListener("click", () => this.choose(index));
    return button;
  }
}

// What can be done, as buttons that tell their keys.

import { element, enable } from "../ui/dom";

export class Buttons<Deed extends string> {
  readonly element = element("div", "actions");
  #buttons = new Map<Deed, HTMLButtonElement>();

  constructor(
    deeds: readonly Deed[],
    words: Record<Deed, string> & { keys: Record<Deed, string> },
    press: (deed: Deed) => void,
  ) {
    for (const deed of deeds) {
      const button = make(words[deed], words.keys[deed]);
      button.addEventListener("click", () => this.can(deed) && press(deed));
      this.#buttons.set(deed, button);
      this.element.append(button);
    }
  }

  of(deed: Deed): HTMLButtonElement {
    return this.#buttons.get(deed)!;
  }

  /** Whether this can be done now. */
  can(deed: Deed): boolean {
    const button = this.of(deed);
    return !button.hidden && button.ariaDisabled !== "true";
  }

  offer(deed: Deed, shown: boolean, enabled: boolean): void {
    this.of(deed).hidden = !shown;
    enable(this.of(deed), enabled);
  }
}

function make(name: string, key: string): HTMLButtonElement {
  const made = element("button", "");
  made.type = "button";
  made.append(name);
  if (key !== "") {
    const hint = element("kbd", "");
    hint.textContent = key;
    hint.ariaHidden = "true";
    made.append(hint);
  }
  return made;
}

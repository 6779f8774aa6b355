// The buttons of actions. Each shows its key.

import { element, enable } from "../ui/dom";

export class Buttons<Action extends string> {
  readonly element = element("div", "actions");
  #buttons = {} as Record<Action, HTMLButtonElement>;

  constructor(
    actions: readonly Action[],
    strings: Record<Action, string> & { keys: Record<Action, string> },
    press: (action: Action) => void,
  ) {
    for (const action of actions) {
      const button = make(strings[action], strings.keys[action]);
      button.addEventListener("click", () => this.can(action) && press(action));
      this.#buttons[action] = button;
      this.element.append(button);
    }
  }

  of(action: Action): HTMLButtonElement {
    return this.#buttons[action];
  }

  /** Whether the action is possible now. */
  can(action: Action): boolean {
    const button = this.of(action);
    return !button.hidden && button.ariaDisabled !== "true";
  }

  update(action: Action, isShown: boolean, isEnabled: boolean): void {
    this.of(action).hidden = !isShown;
    enable(this.of(action), isEnabled);
  }
}

function make(name: string, key: string): HTMLButtonElement {
  const created = element("button", "");
  created.type = "button";
  created.append(name);
  if (key !== "") {
    const hint = element("kbd", "");
    hint.textContent = key;
    hint.ariaHidden = "true";
    created.append(hint);
  }
  return created;
}

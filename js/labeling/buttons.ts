// What can be done with a prompt and its take, as buttons that tell their keys.

import { element, enable } from "../view/dom";
import type { Scene } from "./scene";
import type { SessionWords } from "./text";

export type Name = "agree" | "leaveRoom" | "accept" | "again" | "skip" | "undo" | "askSkipped";

const NAMES: Name[] = ["agree", "leaveRoom", "accept", "again", "skip", "undo", "askSkipped"];

export class Buttons {
  readonly element = element("div", "actions");
  #buttons: Record<Name, HTMLButtonElement>;

  constructor(words: SessionWords, press: (name: Name) => void) {
    const made = NAMES.map((name) => [name, this.#make(words[name], words.keys[name])] as const);
    this.#buttons = Object.fromEntries(made) as Record<Name, HTMLButtonElement>;
    for (const [name, button] of made) {
      button.addEventListener("click", () => this.can(name) && press(name));
      this.element.append(button);
    }
    this.#buttons.agree.classList.add("first");
    this.#buttons.accept.classList.add("first");
  }

  /** Whether this can be done now. */
  can(name: Name): boolean {
    const button = this.#buttons[name];
    return !button.hidden && button.ariaDisabled !== "true";
  }

  /** `busy`: the recorder is at work; `labelled`: a label is chosen, or none is needed. */
  draw({ phase, findings, skipped }: Scene, busy: boolean, labelled: boolean): void {
    const isRefused = findings.some(({ refused }) => refused);
    const asks = phase === "ask" || phase === "judged";
    this.#offer("agree", phase === "consent", true);
    this.#offer("leaveRoom", phase === "room", !busy);
    this.#offer("accept", phase === "judged", !busy && !isRefused && labelled);
    this.#offer("again", phase === "judged", !busy);
    this.#offer("skip", asks, !busy);
    this.#offer("undo", asks || phase === "done", !busy);
    this.#offer("askSkipped", phase === "done" && skipped > 0, true);
  }

  #offer(name: Name, shown: boolean, enabled: boolean): void {
    this.#buttons[name].hidden = !shown;
    enable(this.#buttons[name], enabled);
  }

  #make(name: string, key: string): HTMLButtonElement {
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
}

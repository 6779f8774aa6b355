// The recorder's buttons: one big round one that records and stops, one that pauses, one that tests.

import type { Phase } from "../recorder/recorder";
import { button, element, enable, icons, label, setText, svg } from "../ui/dom";
import type { Button, Words } from "./strings";

/** What a person sees of a recorder: where it stands, or that the microphone is tested. */
export type Face = Phase | "testing";

export const isLive = (face: Face): face is "recording" | "paused" =>
  face === "recording" || face === "paused";

export class Controls {
  readonly main = button("main", svg("rect", {}));
  readonly second: HTMLButtonElement;
  readonly test = element("button", "test");

  #bars = svg("path", { d: icons.pause });
  #face: Face = "waiting";

  constructor(
    readonly words: Words,
    press: (op: Button) => void,
    test: () => void,
  ) {
    this.second = button("second", this.#bars);
    this.test.type = "button";
    this.main.addEventListener("click", () => this.canRecord && press(this.mainOp));
    this.second.addEventListener("click", () => isLive(this.#face) && press(this.secondOp));
    this.test.addEventListener("click", test);
    this.main.setAttribute("aria-keyshortcuts", "R");
  }

  /** Whether the big one does anything now. */
  get canRecord(): boolean {
    return this.#face === "inactive" || this.#face === "testing" || isLive(this.#face);
  }

  get mainOp(): "start" | "stop" {
    return isLive(this.#face) || this.#face === "stopping" ? "stop" : "start";
  }

  get secondOp(): "pause" | "resume" {
    return this.#face === "paused" ? "resume" : "pause";
  }

  draw(face: Face, testable: boolean): void {
    this.#face = face;
    const { main, second, test, words } = this;
    main.dataset["op"] = this.mainOp;
    label(main, words.buttons[this.mainOp], "R");
    enable(main, this.canRecord);
    label(second, words.buttons[this.secondOp]);
    this.#bars.setAttribute("d", face === "paused" ? icons.play : icons.pause);
    second.hidden = !isLive(face) && face !== "stopping";
    enable(second, isLive(face));
    label(test, face === "testing" ? words.endTest : words.testLong);
    setText(test, face === "testing" ? words.buttons.stop : words.test);
    test.hidden = !testable || (face !== "inactive" && face !== "testing");
  }
}

// The recorder's buttons: the main one records and stops, the second one pauses and resumes, and
// the last one tests the microphone.

import type { Phase } from "../recorder/recorder";
import { button, element, enable, icons, label, setText, svg } from "../ui/dom";
import type { Button, RecorderStrings } from "./strings";

/** The phase that a view shows: the recorder's, or that of a microphone test. */
export type ViewPhase = Phase | "testing";

export const isLive = (phase: ViewPhase): phase is "recording" | "paused" =>
  phase === "recording" || phase === "paused";

export class Controls {
  readonly main = button("main", svg("rect", {}));
  readonly second: HTMLButtonElement;
  readonly test = element("button", "test");

  #bars = svg("path", { d: icons.pause });
  #phase: ViewPhase = "waiting";

  constructor(
    readonly strings: RecorderStrings,
    press: (op: Button) => void,
    test: () => void,
  ) {
    this.second = button("second", this.#bars);
    this.test.type = "button";
    this.main.addEventListener("click", () => this.canRecord && press(this.mainOp));
    this.second.addEventListener("click", () => isLive(this.#phase) && press(this.secondOp));
    this.test.addEventListener("click", test);
    this.main.setAttribute("aria-keyshortcuts", "R");
  }

  /** Whether the main button is enabled. */
  get canRecord(): boolean {
    return this.#phase === "inactive" || this.#phase === "testing" || isLive(this.#phase);
  }

  get mainOp(): "start" | "stop" {
    return isLive(this.#phase) || this.#phase === "stopping" ? "stop" : "start";
  }

  get secondOp(): "pause" | "resume" {
    return this.#phase === "paused" ? "resume" : "pause";
  }

  draw(phase: ViewPhase, isTestable: boolean): void {
    this.#phase = phase;
    const { main, second, test, strings } = this;
    main.dataset["op"] = this.mainOp;
    label(main, strings.buttons[this.mainOp], "R");
    enable(main, this.canRecord);
    label(second, strings.buttons[this.secondOp]);
    this.#bars.setAttribute("d", phase === "paused" ? icons.play : icons.pause);
    second.hidden = !isLive(phase) && phase !== "stopping";
    enable(second, isLive(phase));
    label(test, phase === "testing" ? strings.endTest : strings.testLong);
    setText(test, phase === "testing" ? strings.buttons.stop : strings.test);
    test.hidden = !isTestable || (phase !== "inactive" && phase !== "testing");
  }
}

// The verdict on a take or on the room, or else the next step. Screen readers announce it.

import { element } from "../ui/dom";
import { fill } from "../ui/format";
import type { Scene } from "./scene";
import type { SessionStrings } from "./strings";

type Line = { kind: "good" | "mark" | "bad" | ""; text: string };

export class VerdictView {
  readonly element = element("div", "verdict");

  constructor(readonly strings: SessionStrings) {
    this.element.setAttribute("role", "status");
  }

  /** Draw the lines. Screen readers do not announce unchanged lines again. */
  draw(scene: Scene): void {
    const lines = this.#lines(scene).map(({ kind, text }) => {
      const line = element("p", kind);
      line.textContent = text;
      return line;
    });
    const contentOf = (elements: Iterable<Element>) =>
      [...elements].map(({ className, textContent }) => `${className} ${textContent}`).join("\n");
    if (contentOf(lines) !== contentOf(this.element.children)) {
      this.element.replaceChildren(...lines);
    }
  }

  #lines(scene: Scene): Line[] {
    const findings = scene.findings.map(({ sentence, refused }): Line => {
      return { kind: refused ? "bad" : "mark", text: sentence };
    });
    if (scene.notice !== "") {
      findings.unshift({ kind: "bad", text: scene.notice });
    }
    return findings.length > 0 ? findings : [this.#defaultLine(scene)];
  }

  /** The line to show if there are no findings. */
  #defaultLine({ phase, judged, skipped, take, takes }: Scene): Line {
    const { strings } = this;
    switch (phase) {
      case "consent":
        return { kind: "", text: strings.consent };
      case "room":
        return judged
          ? { kind: "good", text: strings.roomIsFine }
          : { kind: "", text: strings.room };
      case "ask":
        return { kind: "", text: takes > 1 ? fill(strings.speakTake, take, takes) : strings.speak };
      case "judged":
        return { kind: "good", text: strings.good };
      case "done":
        return { kind: "", text: skipped > 0 ? strings.onlySkipped : strings.allDone };
    }
  }
}

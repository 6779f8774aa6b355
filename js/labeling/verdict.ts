// The verdict on a take or on the room, or the next step; screen readers announce it too.

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

  /** An unchanged verdict is not announced again. */
  draw(scene: Scene): void {
    const lines = this.#lines(scene).map(({ kind, text }) => {
      const line = element("p", kind);
      line.textContent = text;
      return line;
    });
    const looks = (elements: Iterable<Element>) =>
      [...elements].map(({ className, textContent }) => `${className} ${textContent}`).join("\n");
    if (looks(lines) !== looks(this.element.children)) {
      this.element.replaceChildren(...lines);
    }
  }

  #lines(scene: Scene): Line[] {
    const found = scene.findings.map(({ sentence, refused }): Line => {
      return { kind: refused ? "bad" : "mark", text: sentence };
    });
    if (scene.notice !== "") {
      found.unshift({ kind: "bad", text: scene.notice });
    }
    return found.length > 0 ? found : [this.#plain(scene)];
  }

  /** The line without a finding. */
  #plain({ phase, judged, skipped, take, takes }: Scene): Line {
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

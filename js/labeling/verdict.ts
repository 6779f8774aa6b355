// What is said of a take, of a room, or of what comes next; told to those who cannot see it, too.

import { element } from "../ui/dom";
import { fill } from "../ui/format";
import type { Scene } from "./scene";
import type { SessionWords } from "./strings";

type Line = { kind: "good" | "mark" | "bad" | ""; text: string };

export class VerdictView {
  readonly element = element("div", "verdict");

  constructor(readonly words: SessionWords) {
    this.element.setAttribute("role", "status");
  }

  /** What has not changed is not told again. */
  draw(scene: Scene): void {
    const told = this.#lines(scene).map(({ kind, text }) => {
      const line = element("p", kind);
      line.textContent = text;
      return line;
    });
    const looks = (lines: Iterable<Element>) =>
      [...lines].map(({ className, textContent }) => `${className} ${textContent}`).join("\n");
    if (looks(told) !== looks(this.element.children)) {
      this.element.replaceChildren(...told);
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

  /** Where nothing is wrong. */
  #plain({ phase, judged, skipped, take, takes }: Scene): Line {
    const { words } = this;
    switch (phase) {
      case "consent":
        return { kind: "", text: words.consent };
      case "room":
        return judged ? { kind: "good", text: words.roomIsFine } : { kind: "", text: words.room };
      case "ask":
        return { kind: "", text: takes > 1 ? fill(words.speakTake, take, takes) : words.speak };
      case "judged":
        return { kind: "good", text: words.good };
      case "done":
        return { kind: "", text: skipped > 0 ? words.onlySkipped : words.allDone };
    }
  }
}

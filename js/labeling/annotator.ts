// The face of an annotator: a clip, its label, and those of its parts; all of it by the keyboard, too.

import type { AnyModel } from "@anywidget/types";

import type { Facts } from "../player/requests";
import base from "../ui/base.css";
import { element, setText, styleSheet } from "../ui/dom";
import { fill } from "../ui/format";
import { listenToKeys, type Actions } from "../ui/keys";
import { Buttons } from "./buttons";
import { Tape } from "./clip-player";
import { focusAfterClick, holdFocus } from "./focus";
import css from "./labeling.css";
import { Labels } from "./labels";
import type { Part } from "./regions";
import type { AnnotatorDeed, AnnotatorWords } from "./strings";

/** What an annotator shows at one moment: twin of labeling/annotator.py. */
export type Page = {
  /** Python does only what is pressed at the step that it is at. */
  step: number;
  number: number;
  total: number;
  done: number;
  clip: string;
  take: string;
  text: string;
  labels: string[];
  label: string;
  regions: Part[];
  facts: Facts;
  notice: string;
};

const DEEDS: AnnotatorDeed[] = ["save", "back", "next", "loop", "remove"];
const NONE = -1;

export class AnnotatorView {
  #progress = element("progress", "");
  #count = element("span", "count");
  #done = element("span", "done");
  #text = element("p", "text long");
  #tape: Tape;
  #status = element("p", "verdict");
  #whose = element("p", "whose");
  #labels: Labels;
  #buttons: Buttons<AnnotatorDeed>;
  #box = element("section", "session");

  #life = new AbortController();
  #page: Page;
  #label = ""; // of the clip
  #parts: Part[] = [];
  #selected = NONE; // which of them
  #begun: number | null = null; // where one was begun by a key
  #trouble = "";

  constructor(
    readonly model: AnyModel,
    el: HTMLElement,
    readonly words: AnnotatorWords,
  ) {
    this.#page = pageOf(model);
    this.#tape = new Tape(model, words, { changed: this.#take, selected: this.#select }, (text) => {
      this.#trouble = text;
      this.#draw();
    });
    this.#labels = new Labels(words.labels, this.#choose);
    this.#buttons = new Buttons(DEEDS, words, this.#press);
    const root = el.shadowRoot ?? el.attachShadow({ mode: "open" });
    root.replaceChildren(styleSheet(base, css), this.#build());
    model.on("change:_scene", this.#change);
    listenToKeys(el, this.#box, this.#actions, this.#life.signal);
    this.#turnTo(this.#page);
  }

  destroy(): void {
    this.#life.abort();
    this.model.off("change:_scene", this.#change);
    this.#tape.destroy();
  }

  #build(): HTMLElement {
    const [box, words] = [this.#box, this.words];
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", words.annotator);
    box.tabIndex = -1; // so that keys work after a click beside the buttons
    focusAfterClick(box);
    this.#progress.ariaLabel = words.annotator;
    this.#text.dir = "auto";
    this.#text.tabIndex = 0; // it may have to be scrolled
    this.#status.setAttribute("role", "status");
    this.#buttons.of("save").className = "first";
    box.append(
      element("div", "line", this.#progress, this.#count, this.#done),
      this.#text,
      this.#tape.element,
      this.#status,
      this.#whose,
      this.#labels.element,
      this.#buttons.element,
    );
    return box;
  }

  // --- what a person does --------------------------------------------------------------------

  #press = (deed: AnnotatorDeed): void => {
    if (!this.#buttons.can(deed)) {
      return;
    }
    switch (deed) {
      case "save":
        return this.#do("say", { label: this.#label, regions: this.#parts });
      case "back":
      case "next":
        return this.#do(deed);
      case "loop":
        this.#tape.loops = !this.#tape.loops;
        if (this.#tape.loops && !this.#tape.isPlaying) void this.#tape.toggle();
        return this.#draw();
      case "remove":
        this.#parts = this.#parts.filter((_, index) => index !== this.#selected);
        return this.#select(NONE);
    }
  };

  #do(op: "say" | "back" | "next", more: object = {}): void {
    this.model.send({ kind: "do", step: this.#page.step, op, ...more });
  }

  #actions = (): Actions => {
    const actions: Actions = {
      " ": () => void this.#tape.toggle(),
      i: () => (this.#begun = this.#tape.at),
      o: this.#end,
      escape: () => this.#select(NONE),
    };
    const keys: [string, AnnotatorDeed][] = [
      ["enter", "save"],
      ["b", "back"],
      ["n", "next"],
      ["l", "loop"],
      ["delete", "remove"],
      ["backspace", "remove"],
    ];
    for (const [key, deed] of keys) {
      if (this.#buttons.can(deed)) actions[key] = () => this.#press(deed);
    }
    this.#page.labels.forEach((_, n) => (actions[n + 1] = () => this.#labels.choose(n)));
    return actions;
  };

  /** A part ends where the sound is now. */
  #end = (): void => {
    const [start, end] = [this.#begun ?? 0, this.#tape.at].sort((a, b) => a - b) as [
      number,
      number,
    ];
    if (end > start) {
      this.#begun = null;
      const part: Part = [start, end, ""];
      this.#parts = [...this.#parts, part].sort(inOrder);
      this.#select(this.#parts.indexOf(part));
    }
  };

  /** What was drawn on the waveform is what there is. */
  #take = (): void => {
    this.#parts = this.#tape.parts;
  };

  #select = (index: number): void => {
    this.#selected = index;
    const part = this.#parts[index];
    this.#tape.loop = part ? [part[0], part[1]] : null;
    this.#tape.show(this.#parts, index);
    this.#draw();
  };

  #choose = (): void => {
    const part = this.#parts[this.#selected];
    if (part === undefined) {
      this.#label = this.#labels.chosen;
    } else {
      part[2] = this.#labels.chosen;
      this.#tape.show(this.#parts, this.#selected);
    }
    this.#draw();
  };

  // --- what is seen --------------------------------------------------------------------------

  #change = (): void => {
    const before = this.#page;
    this.#page = pageOf(this.model);
    said(this.#page) === said(before) ? this.#draw() : this.#turnTo(this.#page);
  };

  #turnTo({ take, facts, label, regions }: Page): void {
    this.#label = label;
    this.#parts = regions.map((part): Part => [...part]).sort(inOrder);
    this.#selected = NONE;
    this.#begun = null;
    this.#trouble = "";
    this.#tape.loop = null;
    this.#draw();
    void this.#tape.load(take, facts).then(
      () => this.#tape.show(this.#parts, this.#selected),
      () => {}, // the tape tells why
    );
  }

  #draw(): void {
    const { words } = this;
    const { number, total, done, text, labels, notice } = this.#page;
    const part = this.#parts[this.#selected];
    const isLabelled = this.#parts.every(([, , label]) => label !== "");
    const isSaid = this.#label !== "" || this.#parts.length > 0;
    const keepFocus = holdFocus(this.#box);
    this.#progress.max = total;
    this.#progress.value = done;
    setText(this.#count, fill(words.clip, number, total));
    setText(this.#done, fill(words.progress, done));
    setText(this.#text, text);
    setText(this.#status, this.#trouble || notice || (isLabelled ? words.drag : words.unlabelled));
    setText(this.#whose, part ? words.labelOfPart : words.labels);
    this.#labels.chosen = part ? part[2] : this.#label;
    this.#labels.draw(labels);
    this.#buttons.offer("save", true, isSaid && isLabelled);
    this.#buttons.offer("back", true, number > 1);
    this.#buttons.offer("next", true, number < total);
    this.#buttons.offer("loop", true, true);
    this.#buttons.of("loop").ariaPressed = String(this.#tape.loops);
    this.#buttons.offer("remove", part !== undefined, true);
    keepFocus();
  }
}

/** What Python knows of a clip: where that is the same, a person's own choice stays. */
const said = ({ clip, label, regions }: Page) => JSON.stringify([clip, label, regions]);

/** As on the waveform. */
const inOrder = (a: Part, b: Part) => a[0] - b[0] || a[1] - b[1];

const pageOf = (model: AnyModel): Page => model.get("_scene");

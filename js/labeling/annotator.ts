// The view of an annotator: a clip, its label and its labelled regions. Every action has a key.

import type { AnyModel } from "@anywidget/types";

import type { TakeInfo } from "../player/requests";
import base from "../ui/base.css";
import { element, setText, styleSheet } from "../ui/dom";
import { fill } from "../ui/format";
import { listenToKeys, type KeyBindings } from "../ui/keys";
import { Buttons } from "./buttons";
import { ClipPlayer } from "./clip-player";
import { focusAfterClick, holdFocus } from "./focus";
import css from "./labeling.css";
import { Labels } from "./labels";
import type { LabelledRegion } from "./regions";
import type { AnnotatorAction, AnnotatorStrings } from "./strings";

/** The state that an annotator shows. Twin of labeling/annotator.py. */
export type AnnotatorScene = {
  /** Python ignores an action that names an earlier step. */
  step: number;
  number: number;
  total: number;
  done: number;
  clip: string;
  take: string;
  text: string;
  labels: string[];
  label: string;
  regions: LabelledRegion[];
  facts: TakeInfo;
  notice: string;
};

const ACTIONS: AnnotatorAction[] = ["save", "back", "next", "loop", "remove"];
const NONE = -1;

export class AnnotatorView {
  #progress = element("progress", "");
  #count = element("span", "count");
  #done = element("span", "done");
  #text = element("p", "text long");
  #player: ClipPlayer;
  #status = element("p", "verdict");
  #labelsHeading = element("p", "labels-heading");
  #labels: Labels;
  #buttons: Buttons<AnnotatorAction>;
  #box = element("section", "session");

  #life = new AbortController();
  #scene: AnnotatorScene;
  #label = ""; // of the clip
  #regions: LabelledRegion[] = [];
  #selected = NONE; // index of a region
  #regionStart: number | null = null; // in seconds, of a region that a key has started
  #trouble = "";

  constructor(
    readonly model: AnyModel,
    el: HTMLElement,
    readonly strings: AnnotatorStrings,
  ) {
    this.#scene = sceneOf(model);
    const listener = { onChange: this.#onRegions, onSelect: this.#select };
    this.#player = new ClipPlayer(model, strings, listener, (text) => {
      this.#trouble = text;
      this.#draw();
    });
    this.#labels = new Labels(strings.labels, this.#onLabel);
    this.#buttons = new Buttons(ACTIONS, strings, this.#press);
    const root = el.shadowRoot ?? el.attachShadow({ mode: "open" });
    root.replaceChildren(styleSheet(base, css), this.#build());
    model.on("change:_scene", this.#onChange);
    listenToKeys(el, this.#box, this.#keyBindings, this.#life.signal);
    this.#show(this.#scene);
  }

  destroy(): void {
    this.#life.abort();
    this.model.off("change:_scene", this.#onChange);
    this.#player.destroy();
  }

  #build(): HTMLElement {
    const [box, strings] = [this.#box, this.strings];
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", strings.annotator);
    box.tabIndex = -1; // keys work after a click next to the buttons, too
    focusAfterClick(box);
    this.#progress.ariaLabel = strings.annotator;
    this.#text.dir = "auto";
    this.#text.tabIndex = 0; // a long text can be scrolled with the keyboard
    this.#status.setAttribute("role", "status");
    this.#buttons.of("save").className = "first";
    box.append(
      element("div", "line", this.#progress, this.#count, this.#done),
      this.#text,
      this.#player.element,
      this.#status,
      this.#labelsHeading,
      this.#labels.element,
      this.#buttons.element,
    );
    return box;
  }

  // --- input -------------------------------------------------------------------------------

  #press = (action: AnnotatorAction): void => {
    if (!this.#buttons.can(action)) {
      return;
    }
    switch (action) {
      case "save":
        return this.#do("say", { label: this.#label, regions: this.#regions });
      case "back":
      case "next":
        return this.#do(action);
      case "loop":
        this.#player.loops = !this.#player.loops;
        if (this.#player.loops && !this.#player.isPlaying) void this.#player.toggle();
        return this.#draw();
      case "remove":
        this.#regions = this.#regions.filter((_, index) => index !== this.#selected);
        return this.#select(NONE);
    }
  };

  #do(op: "say" | "back" | "next", fields: object = {}): void {
    this.model.send({ kind: "do", step: this.#scene.step, op, ...fields });
  }

  #keyBindings = (): KeyBindings => {
    const bindings: KeyBindings = {
      " ": () => void this.#player.toggle(),
      i: () => (this.#regionStart = this.#player.position),
      o: this.#endRegion,
      escape: () => this.#select(NONE),
    };
    const keys: [string, AnnotatorAction][] = [
      ["enter", "save"],
      ["b", "back"],
      ["n", "next"],
      ["l", "loop"],
      ["delete", "remove"],
      ["backspace", "remove"],
    ];
    for (const [key, action] of keys) {
      if (this.#buttons.can(action)) bindings[key] = () => this.#press(action);
    }
    this.#scene.labels.forEach((_, n) => (bindings[n + 1] = () => this.#labels.choose(n)));
    return bindings;
  };

  /** End a region at the current position. */
  #endRegion = (): void => {
    const [start, end] = [this.#regionStart ?? 0, this.#player.position].sort((a, b) => a - b) as [
      number,
      number,
    ];
    if (end > start) {
      this.#regionStart = null;
      const region: LabelledRegion = [start, end, ""];
      this.#regions = [...this.#regions, region].sort(byPosition);
      this.#select(this.#regions.indexOf(region));
    }
  };

  /** Take over the regions that the user has edited on the waveform. */
  #onRegions = (): void => {
    this.#regions = this.#player.regions;
  };

  #select = (index: number): void => {
    this.#selected = index;
    const region = this.#regions[index];
    this.#player.loop = region ? [region[0], region[1]] : null;
    this.#player.show(this.#regions, index);
    this.#draw();
  };

  #onLabel = (): void => {
    const region = this.#regions[this.#selected];
    if (region === undefined) {
      this.#label = this.#labels.chosen;
    } else {
      region[2] = this.#labels.chosen;
      this.#player.show(this.#regions, this.#selected);
    }
    this.#draw();
  };

  // --- drawing -------------------------------------------------------------------------------

  #onChange = (): void => {
    const before = this.#scene;
    this.#scene = sceneOf(this.model);
    if (annotationOf(this.#scene) === annotationOf(before)) {
      this.#draw();
    } else {
      this.#show(this.#scene);
    }
  };

  #show({ take, facts, label, regions }: AnnotatorScene): void {
    this.#label = label;
    this.#regions = regions.map((region): LabelledRegion => [...region]).sort(byPosition);
    this.#selected = NONE;
    this.#regionStart = null;
    this.#trouble = "";
    this.#player.loop = null;
    this.#draw();
    void this.#player.load(take, facts).then(
      () => this.#player.show(this.#regions, this.#selected),
      () => {}, // the player shows the error
    );
  }

  #draw(): void {
    const { strings } = this;
    const { number, total, done, text, labels, notice } = this.#scene;
    const region = this.#regions[this.#selected];
    const isLabelled = this.#regions.every(([, , label]) => label !== "");
    const isAnnotated = this.#label !== "" || this.#regions.length > 0;
    const keepFocus = holdFocus(this.#box);
    this.#progress.max = total;
    this.#progress.value = done;
    setText(this.#count, fill(strings.clip, number, total));
    setText(this.#done, fill(strings.progress, done));
    setText(this.#text, text);
    setText(
      this.#status,
      this.#trouble || notice || (isLabelled ? strings.drag : strings.unlabelled),
    );
    setText(this.#labelsHeading, region ? strings.labelOfPart : strings.labels);
    this.#labels.chosen = region ? region[2] : this.#label;
    this.#labels.draw(labels);
    this.#buttons.update("save", true, isAnnotated && isLabelled);
    this.#buttons.update("back", true, number > 1);
    this.#buttons.update("next", true, number < total);
    this.#buttons.update("loop", true, true);
    this.#buttons.of("loop").ariaPressed = String(this.#player.loops);
    this.#buttons.update("remove", region !== undefined, true);
    keepFocus();
  }
}

/** The annotation of a clip in Python. As long as it stays the same, the user's edits are kept. */
const annotationOf = ({ clip, label, regions }: AnnotatorScene) =>
  JSON.stringify([clip, label, regions]);

/** Compare two regions by their position on the waveform. */
const byPosition = (a: LabelledRegion, b: LabelledRegion) => a[0] - b[0] || a[1] - b[1];

const sceneOf = (model: AnyModel) => model.get("_scene") as AnnotatorScene;

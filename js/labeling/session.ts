// The face of a session: the prompt, the recorder, what is said of the take, and what can be done
// with it; all of it by the keyboard, too.

import type { AnyModel } from "@anywidget/types";

import type { Recording } from "../capture/recording";
import type { Recorder } from "../recorder/recorder";
import { whenThere, type OnPage, type View } from "../recorder/registry";
import base from "../ui/base.css";
import { element, setText, styleSheet } from "../ui/dom";
import { fill } from "../ui/format";
import { listenToKeys, type Actions } from "../ui/keys";
import { DEEDS, offer, type SessionDeed } from "./actions";
import { Buttons } from "./buttons";
import { focusAfterClick, holdFocus } from "./focus";
import css from "./labeling.css";
import { Labels } from "./labels";
import { PromptView } from "./prompt";
import type { Deed, Scene } from "./scene";
import type { SessionWords } from "./strings";
import { VerdictView } from "./verdict";

const ROOM_MS = 2_000;

export class SessionView {
  #consent = element("p", "consent");
  #prompt: PromptView;
  #place = element("div", "place"); // of the recorder
  #verdict: VerdictView;
  #trim = element("input", "");
  #trimLine = element("label", "trim", this.#trim);
  #labels: Labels;
  #note = element("input", "note");
  #buttons: Buttons<SessionDeed>;
  #progress = element("progress", "");
  #count = element("span", "count");
  #skipped = element("span", "skipped");
  #box = element("section", "session");

  #life = new AbortController();
  #onPage: OnPage | null = null;
  #view: View | null = null;
  #unwatch = () => {};
  #measured: Recording | null = null; // that of the room
  #scene: Scene;

  constructor(
    readonly model: AnyModel,
    el: HTMLElement,
    readonly words: SessionWords,
  ) {
    this.#scene = sceneOf(model);
    this.#prompt = new PromptView(model, words);
    this.#verdict = new VerdictView(words);
    this.#labels = new Labels(words.labels, () => this.#draw());
    this.#buttons = new Buttons(DEEDS, words, this.#press);
    const root = el.shadowRoot ?? el.attachShadow({ mode: "open" });
    root.replaceChildren(styleSheet(base, css), this.#build());
    this.#listen(el);
    this.#draw();
  }

  destroy(): void {
    this.#life.abort();
    this.#unwatch();
    this.#view?.destroy();
    this.#prompt.destroy();
  }

  #build(): HTMLElement {
    const [box, words] = [this.#box, this.words];
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", words.session);
    box.tabIndex = -1; // so that keys work after a click beside the buttons
    this.#consent.dir = "auto";
    this.#consent.tabIndex = 0; // it may have to be scrolled
    this.#trim.type = "checkbox";
    this.#trim.checked = true;
    this.#trimLine.append(words.trim);
    this.#note.placeholder = this.#note.ariaLabel = words.note;
    this.#note.maxLength = 10_000;
    this.#note.dir = "auto";
    this.#progress.ariaLabel = words.session;
    for (const name of ["agree", "accept"] as const) this.#buttons.of(name).className = "first";
    box.append(
      element("div", "line", this.#progress, this.#count, this.#skipped),
      this.#consent,
      this.#prompt.element,
      this.#place,
      this.#verdict.element,
      this.#trimLine,
      this.#labels.element,
      this.#note,
      this.#buttons.element,
    );
    return box;
  }

  #listen(el: HTMLElement): void {
    const { model } = this;
    const { signal } = this.#life;
    model.on("change:_scene", this.#change);
    signal.addEventListener("abort", () => model.off("change:_scene", this.#change));
    whenThere(model.get("_key"), this.#show, signal);
    listenToKeys(el, this.#box, this.#actions, signal);
    focusAfterClick(this.#box);
    this.#note.addEventListener("keydown", ({ key, isComposing }) => {
      if (key === "Escape" || (key === "Enter" && !isComposing)) this.#box.focus();
      if (key === "Enter" && !isComposing) this.#press("accept");
    });
  }

  /** The recorder of this page: it may come later, and come anew. */
  #show = (found: OnPage): void => {
    const { recorder } = found;
    const follow = () => this.#follow(recorder);
    this.#unwatch();
    this.#view?.destroy();
    const host = element("div", "");
    this.#place.replaceChildren(host);
    this.#onPage = found;
    this.#view = found.show(host, false);
    const unwatch = recorder.watch(follow);
    recorder.model.on("change:state", follow);
    this.#unwatch = () => {
      unwatch();
      recorder.model.off("change:state", follow);
    };
    this.#draw();
  };

  // --- what a person does --------------------------------------------------------------------

  /** Record or stop, also what another page records. */
  #record = (): void => {
    const recorder = this.#onPage?.recorder;
    switch (recorder?.standing) {
      case "inactive":
        return recorder.press("start");
      case "recording":
      case "paused":
        return recorder.press("stop");
      case undefined:
      case "waiting":
      case "asking":
      case "stopping":
        return; // not now
    }
  };

  #press = (name: SessionDeed): void => {
    if (!this.#buttons.can(name)) {
      return;
    }
    switch (name) {
      case "agree":
      case "skip":
      case "undo":
        return this.#do({ op: name });
      case "leaveRoom":
        return this.#do({ op: "leave_room" });
      case "askSkipped":
        return this.#do({ op: "ask_skipped" });
      case "again":
        return this.#record();
      case "accept": {
        const trim = this.#scene.trim !== null && this.#trim.checked;
        return this.#do({
          op: "accept",
          label: this.#labels.chosen,
          note: this.#note.value,
          trim,
        });
      }
    }
  };

  #do(deed: Deed): void {
    this.model.send({ kind: "do", step: this.#scene.step, ...deed });
  }

  #actions = (): Actions => {
    const { phase, labels } = this.#scene;
    const actions: Actions = {};
    const give = (key: string, name: SessionDeed) => {
      if (this.#buttons.can(name)) actions[key] = () => this.#press(name);
    };
    if (phase === "room" || phase === "ask" || phase === "judged") actions[" "] = this.#record;
    if (this.#isBusy) actions["escape"] = this.#record;
    give("enter", "leaveRoom");
    give("enter", "accept");
    give("enter", "askSkipped");
    give("r", "again");
    give("s", "skip");
    give("u", "undo");
    if (phase === "judged") actions["p"] = () => this.#view?.togglePlaying();
    if (phase === "ask" || phase === "judged") {
      labels.forEach((_, n) => (actions[n + 1] = () => this.#labels.choose(n)));
    }
    return actions;
  };

  // --- what is seen --------------------------------------------------------------------------

  get #isBusy(): boolean {
    const standing = this.#onPage?.recorder.standing ?? "waiting";
    return standing !== "inactive" && standing !== "waiting";
  }

  /** A room is measured for two seconds. */
  #follow(recorder: Recorder): void {
    const { recording } = recorder;
    const isNew = recorder.phase === "recording" && recording !== this.#measured;
    if (isNew && this.#scene.phase === "room") {
      this.#measured = recording;
      setTimeout(() => recorder.recording === recording && this.#record(), ROOM_MS);
    }
    this.#draw();
  }

  #change = (): void => {
    const before = this.#scene;
    this.#scene = sceneOf(this.model);
    const { prompt, take, phase } = this.#scene;
    if (prompt !== before.prompt || take !== before.take) {
      this.#labels.chosen = "";
    }
    if (phase !== "judged") {
      this.#note.value = "";
      this.#trim.checked = true;
    }
    this.#draw();
  };

  #draw(): void {
    const { words } = this;
    const scene = this.#scene;
    const { phase, labels, skipped } = scene;
    const asks = phase === "ask" || phase === "judged";
    const keepFocus = holdFocus(this.#box);
    this.#box.dataset["phase"] = phase;
    setText(this.#consent, phase === "consent" ? scene.consent : "");
    this.#prompt.element.hidden = !asks;
    if (asks) {
      this.#prompt.draw(scene);
    }
    this.#place.hidden = phase === "consent" || phase === "done";
    if (this.#onPage === null) {
      setText(this.#place, words.lost);
    }
    this.#verdict.draw(scene);
    this.#trimLine.hidden = phase !== "judged" || scene.trim === null;
    this.#labels.draw(asks ? labels : []);
    this.#note.hidden = phase !== "judged";
    const labelled = labels.length === 0 || this.#labels.chosen !== "";
    offer(this.#buttons, scene, this.#isBusy, labelled);
    this.#progress.max = scene.total;
    this.#progress.value = scene.done;
    setText(this.#count, fill(words.progress, scene.done, scene.total));
    setText(this.#skipped, skipped > 0 ? fill(words.skipped, skipped) : "");
    keepFocus();
  }
}

const sceneOf = (model: AnyModel): Scene => model.get("_scene");

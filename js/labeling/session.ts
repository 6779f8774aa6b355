// The view of a session: the prompt, the recorder, the verdict on the take and the actions. All but
// the consent can be operated by single keys.

import type { AnyModel } from "@anywidget/types";

import type { Recording } from "../capture/recording";
import type { Recorder } from "../recorder/recorder";
import { whenRegistered, type RegisteredRecorder, type View } from "../recorder/registry";
import base from "../ui/base.css";
import { element, setText, styleSheet } from "../ui/dom";
import { fill } from "../ui/format";
import { listenToKeys, type KeyBindings } from "../ui/keys";
import { ACTIONS, updateActions, type SessionAction } from "./actions";
import { Buttons } from "./buttons";
import { focusAfterClick, holdFocus } from "./focus";
import css from "./labeling.css";
import { Labels } from "./labels";
import { PromptView } from "./prompt";
import type { Action, Scene } from "./scene";
import type { SessionStrings } from "./strings";
import { VerdictView } from "./verdict";

/** How long the noise of the room is recorded. */
const ROOM_MS = 2_000;

export class SessionView {
  #consent = element("p", "consent");
  #prompt: PromptView;
  #recorderBox = element("div", "place");
  #verdict: VerdictView;
  #trim = element("input", "");
  #trimLine = element("label", "trim", this.#trim);
  #labels: Labels;
  #note = element("input", "note");
  #buttons: Buttons<SessionAction>;
  #progress = element("progress", "");
  #count = element("span", "count");
  #skipped = element("span", "skipped");
  #box = element("section", "session");

  #life = new AbortController();
  #registered: RegisteredRecorder | null = null;
  #view: View | null = null;
  #unwatch = () => {};
  #roomRecording: Recording | null = null; // the latest one of the room's noise
  #scene: Scene;

  constructor(
    readonly model: AnyModel,
    el: HTMLElement,
    readonly strings: SessionStrings,
  ) {
    this.#scene = sceneOf(model);
    this.#prompt = new PromptView(model, strings);
    this.#verdict = new VerdictView(strings);
    this.#labels = new Labels(strings.labels, () => this.#draw());
    this.#buttons = new Buttons(ACTIONS, strings, this.#press);
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
    const [box, strings] = [this.#box, this.strings];
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", strings.session);
    box.tabIndex = -1; // keys work after a click next to the buttons, too
    this.#consent.dir = "auto";
    this.#consent.tabIndex = 0; // a long text can be scrolled with the keyboard
    this.#trim.type = "checkbox";
    this.#trim.checked = true;
    this.#trimLine.append(strings.trim);
    this.#note.placeholder = this.#note.ariaLabel = strings.note;
    this.#note.maxLength = 10_000;
    this.#note.dir = "auto";
    this.#progress.ariaLabel = strings.session;
    for (const name of ["agree", "accept"] as const) this.#buttons.of(name).className = "first";
    box.append(
      element("div", "line", this.#progress, this.#count, this.#skipped),
      this.#consent,
      this.#prompt.element,
      this.#recorderBox,
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
    model.on("change:_scene", this.#onScene);
    signal.addEventListener("abort", () => model.off("change:_scene", this.#onScene));
    whenRegistered(String(model.get("_key")), this.#show, signal);
    listenToKeys(el, this.#box, this.#keyBindings, signal);
    focusAfterClick(this.#box);
    this.#note.addEventListener("keydown", ({ key, isComposing }) => {
      if (key === "Escape" || (key === "Enter" && !isComposing)) this.#box.focus();
      if (key === "Enter" && !isComposing) this.#press("accept");
    });
  }

  /** Show the recorder of this page. It may be registered after this view, and more than once. */
  #show = (registered: RegisteredRecorder): void => {
    const { recorder } = registered;
    const onChange = () => this.#onRecorder(recorder);
    this.#unwatch();
    this.#view?.destroy();
    const host = element("div", "");
    this.#recorderBox.replaceChildren(host);
    this.#registered = registered;
    this.#view = registered.show(host, false);
    const unwatch = recorder.watch(onChange);
    recorder.model.on("change:state", onChange);
    this.#unwatch = () => {
      unwatch();
      recorder.model.off("change:state", onChange);
    };
    this.#draw();
  };

  // --- input -------------------------------------------------------------------------------

  /** Start a recording, or stop one, even if it is in another page. */
  #record = (): void => {
    const recorder = this.#registered?.recorder;
    switch (recorder?.displayedPhase) {
      case "inactive":
        return recorder.press("start");
      case "recording":
      case "paused":
        return recorder.press("stop");
      case undefined:
      case "waiting":
      case "asking":
      case "stopping":
        return;
    }
  };

  #press = (name: SessionAction): void => {
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

  #do(action: Action): void {
    this.model.send({ kind: "do", step: this.#scene.step, ...action });
  }

  #keyBindings = (): KeyBindings => {
    const { phase, labels } = this.#scene;
    const bindings: KeyBindings = {};
    const bind = (key: string, name: SessionAction) => {
      if (this.#buttons.can(name)) bindings[key] = () => this.#press(name);
    };
    if (phase === "room" || phase === "ask" || phase === "judged") bindings[" "] = this.#record;
    if (this.#isBusy) bindings["escape"] = this.#record;
    bind("enter", "leaveRoom");
    bind("enter", "accept");
    bind("enter", "askSkipped");
    bind("r", "again");
    bind("s", "skip");
    bind("u", "undo");
    if (phase === "judged") bindings["p"] = () => this.#view?.togglePlaying();
    if (phase === "ask" || phase === "judged") {
      labels.forEach((_, n) => (bindings[n + 1] = () => this.#labels.choose(n)));
    }
    return bindings;
  };

  // --- drawing -------------------------------------------------------------------------------

  get #isBusy(): boolean {
    const phase = this.#registered?.recorder.displayedPhase ?? "waiting";
    return phase !== "inactive" && phase !== "waiting";
  }

  /** Stop a recording of the room's noise after two seconds, and draw. */
  #onRecorder(recorder: Recorder): void {
    const { recording } = recorder;
    const isNew = recorder.phase === "recording" && recording !== this.#roomRecording;
    if (isNew && this.#scene.phase === "room") {
      this.#roomRecording = recording;
      setTimeout(() => recorder.recording === recording && this.#record(), ROOM_MS);
    }
    this.#draw();
  }

  #onScene = (): void => {
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
    const { strings } = this;
    const scene = this.#scene;
    const { phase, labels, skipped } = scene;
    const isPrompting = phase === "ask" || phase === "judged";
    const keepFocus = holdFocus(this.#box);
    this.#box.dataset["phase"] = phase;
    setText(this.#consent, phase === "consent" ? scene.consent : "");
    this.#prompt.element.hidden = !isPrompting;
    if (isPrompting) {
      this.#prompt.draw(scene);
    }
    this.#recorderBox.hidden = phase === "consent" || phase === "done";
    if (this.#registered === null) {
      setText(this.#recorderBox, strings.lost);
    }
    this.#verdict.draw(scene);
    this.#trimLine.hidden = phase !== "judged" || scene.trim === null;
    this.#labels.draw(isPrompting ? labels : []);
    this.#note.hidden = phase !== "judged";
    const isLabelled = labels.length === 0 || this.#labels.chosen !== "";
    updateActions(this.#buttons, scene, this.#isBusy, isLabelled);
    this.#progress.max = scene.total;
    this.#progress.value = scene.done;
    setText(this.#count, fill(strings.progress, scene.done, scene.total));
    setText(this.#skipped, skipped > 0 ? fill(strings.skipped, skipped) : "");
    keepFocus();
  }
}

const sceneOf = (model: AnyModel) => model.get("_scene") as Scene;

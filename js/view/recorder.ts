// One face of a recorder. At rest a button and the microphone's name, live the wave of what is
// heard, afterwards the take; and always where things stand, in words.

import type { Recording } from "../capture/recording";
import { lookAround } from "../environment/access";
import type { Recorder } from "../recorder/recorder";
import type { View } from "../recorder/registry";
import base from "../ui/base.css";
import { clock, element, setText, size, styleSheet } from "../ui/dom";
import { fill } from "../ui/format";
import { listenToKeys, type Actions } from "../ui/keys";
import { Sight } from "../ui/visibility";
import { Controls, isLive, type Face } from "./controls";
import { DeviceMenu } from "./device-menu";
import { Done } from "./last-take";
import { LiveWave } from "./live-wave";
import { wordsOf } from "./locales";
import { Trial } from "./microphone-test";
import { Notice, told, wrongWith, type Told } from "./notice";
import css from "./recorder.css";
import type { Button, Words } from "./strings";
import { countView } from "./view-count";

const WORTH_TELLING = 500_000; // bytes
const TRAITS = ["state", "_notice", "_cause", "_shown"];
const NOTHING: Told = { text: "", cause: "" };

/** Show `recorder` in `el`. */
export function showRecorder(recorder: Recorder, el: HTMLElement, keys: boolean): View {
  const view = new RecorderView(recorder, el, wordsOf(document), keys);
  const uncount = countView(recorder);
  return {
    togglePlaying: () => view.togglePlaying(),
    destroy: () => {
      view.destroy();
      uncount();
    },
  };
}

class RecorderView {
  #controls: Controls;
  #devices: DeviceMenu;
  #hint = element("div", "hint");
  #live: LiveWave;
  #status = element("span", "status");
  #time = element("span", "time");
  #size = element("span", "size");
  #unsent = element("span", "unsent");
  #notice: Notice;
  #done: Done;
  #box = element("section", "recorder");

  #root: ShadowRoot;
  #trial: Trial;
  #sight: Sight;
  #life = new AbortController();
  #recording: Recording | null = null; // whose wave is drawn
  #hindrance: Told | null = null; // what the page knows, before it is asked
  #failure: Told | null = null; // of the last test

  constructor(
    readonly recorder: Recorder,
    el: HTMLElement,
    readonly words: Words,
    readonly keys: boolean,
  ) {
    const { model } = recorder;
    this.#controls = new Controls(words, this.#press, this.#test);
    this.#live = new LiveWave(words.level, this.#tick);
    this.#devices = new DeviceMenu(recorder, words);
    this.#notice = new Notice(words);
    this.#done = new Done(model);
    this.#trial = new Trial((error) => {
      this.#failure = error === undefined ? null : told(error);
      this.#draw();
    });
    this.#root = el.shadowRoot ?? el.attachShadow({ mode: "open" });
    this.#root.replaceChildren(styleSheet(base, css), this.#build());
    this.#sight = new Sight(this.#box, this.#see);
    this.#listen(el);
    this.#draw();
  }

  destroy(): void {
    this.#life.abort();
    this.#sight.destroy();
    this.#trial.end();
    this.#live.rest();
    this.#done.destroy();
  }

  #build(): HTMLElement {
    const [box, words] = [this.#box, this.words];
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", words.recorder);
    box.tabIndex = -1; // so that keys work after a click beside the buttons
    this.#hint.textContent = words.allow;
    this.#status.setAttribute("role", "status");
    this.#time.setAttribute("aria-label", words.elapsed);
    this.#time.setAttribute("role", "timer");
    const { main, second, test } = this.#controls;
    const stage = element("div", "stage", this.#devices.root, this.#hint, this.#live.element);
    const line = element("div", "line", this.#status, this.#time, this.#size, this.#unsent);
    const row = element("div", "row", main, stage, element("div", "end", second, test), line);
    box.append(row, this.#devices.differences, this.#notice.element, this.#done.element);
    return box;
  }

  #listen(el: HTMLElement): void {
    const { model } = this.recorder;
    const { signal } = this.#life;
    const unwatch = this.recorder.watch(this.#draw);
    TRAITS.forEach((trait) => model.on(`change:${trait}`, this.#draw));
    signal.addEventListener("abort", () => {
      unwatch();
      TRAITS.forEach((trait) => model.off(`change:${trait}`, this.#draw));
    });
    document.addEventListener("visibilitychange", this.#see, { signal });
    if (this.keys) {
      listenToKeys(el, this.#box, this.#actions, signal);
    }
  }

  togglePlaying(): void {
    void this.#done.player?.toggle();
  }

  // --- what a person does --------------------------------------------------------------------

  #press = (op: Button): void => {
    this.#trial.end();
    this.#failure = null;
    this.recorder.press(op);
  };

  #test = (): void => {
    const { source } = this.recorder;
    if (this.#trial.isOn) {
      this.#trial.end();
    } else if (source !== null) {
      void this.#trial.begin(source);
    }
  };

  #actions = (): Actions => {
    const { player } = this.#done;
    const face = this.#face;
    const toggle = () => this.togglePlaying();
    const actions: Actions = {};
    if (this.#controls.canRecord) actions["r"] = () => this.#press(this.#controls.mainOp);
    if (isLive(face)) {
      actions[" "] = () => this.#press(this.#controls.secondOp);
      actions["escape"] = () => this.#press("stop");
    } else if (this.#trial.isOn) {
      actions["escape"] = this.#test;
    } else if (player !== null) {
      actions[" "] = toggle;
      if (player.isPlaying) actions["escape"] = toggle;
    }
    return actions;
  };

  // --- what is seen --------------------------------------------------------------------------

  get #face(): Face {
    const { standing } = this.recorder;
    return standing === "inactive" && this.#trial.isOn ? "testing" : standing;
  }

  #draw = (): void => {
    const { recorder, words } = this;
    if (recorder.phase !== "inactive") {
      this.#failure = null;
      if (this.#trial.isOn) {
        return this.#trial.end(); // and draws
      }
    }
    const face = this.#face;
    const microphone = recorder.source?.kind === "microphone" ? recorder.source : null;
    const focus = this.#root.activeElement;
    this.#box.dataset["phase"] = face;
    this.#controls.draw(face, microphone !== null);
    this.#devices.draw(face === "inactive" || face === "testing");
    this.#devices.root.hidden = face === "asking";
    this.#hint.hidden = face !== "asking";
    setText(this.#status, this.#whereItStands(face));
    const { pendingBytes } = recorder;
    const unsent =
      pendingBytes > WORTH_TELLING ? fill(words.unsent, size(pendingBytes, words)) : "";
    setText(this.#unsent, unsent);
    this.#drawNotice(microphone?.device ?? null);
    this.#drawLive(face);
    this.#done.draw(face);
    if (focus !== null && (!focus.isConnected || focus.matches("[hidden], :disabled"))) {
      this.#controls.main.focus();
    }
    if (recorder.phase === "inactive" && microphone !== null) {
      this.#hindrance ??= this.#lookForHindrance();
    }
  };

  #whereItStands(face: Face): string {
    const { words, recorder } = this;
    if (face === "testing") return words.testing;
    const elsewhere = isLive(face) && recorder.phase === "inactive";
    return elsewhere ? words.elsewhere[face] : words.phases[face];
  }

  #drawNotice(device: string | null): void {
    const { model } = this.recorder;
    const text = String(model.get("_notice") ?? "");
    const cause = String(model.get("_cause") ?? "");
    // Of a device that was named Python tells what there is instead of it.
    const ofPython: Told = { text, cause: cause === "NotFoundError" && device ? "" : cause };
    const hindrance = this.#hindrance ?? NOTHING;
    this.#notice.draw(this.#failure ?? (text === "" ? hindrance : ofPython));
  }

  /** Draws again when there is one; asks nobody, and opens nothing. */
  #lookForHindrance(): Told {
    void lookAround().then((place) => {
      const trouble = wrongWith(place);
      if (trouble !== null && !this.#life.signal.aborted) {
        this.#hindrance = { text: trouble, cause: trouble };
        this.#draw();
      }
    });
    return NOTHING;
  }

  /** What nobody sees costs nothing, and no test goes on unseen. */
  #see = (): void => {
    if (!this.#sight.seen || document.hidden) {
      this.#trial.end();
    }
    this.#draw();
  };

  #drawLive(face: Face): void {
    const { recording } = this.recorder;
    if (face === "inactive" || face === "waiting" || recording !== this.#recording) {
      this.#live.clear();
    }
    this.#recording = recording;
    const hears = recording?.source.stream ?? this.#trial.stream;
    const listens = face === "testing" || (face === "recording" && recording !== null);
    if (listens && hears && this.#sight.seen && !document.hidden) {
      const watch = recording?.stopwatch ?? this.#trial;
      this.#live.follow(hears, () => watch.seconds);
    } else {
      this.#live.rest();
      this.#live.draw();
    }
    this.#box.classList.toggle("hears", recording !== null || this.#trial.stream !== null);
    this.#tick();
  }

  #tick = (): void => {
    const { recording } = this.recorder;
    const seconds = recording?.stopwatch.seconds;
    setText(this.#time, seconds === undefined ? "" : clock(seconds, Math.floor)); // has passed
    setText(this.#size, recording === null ? "" : size(recording.bytes, this.words));
  };
}

// One view of a recorder. It shows the microphone's name before a recording, the live wave during
// it, and the take afterwards; always the buttons and a status text.

import type { Recording } from "../capture/recording";
import { checkAccess } from "../environment/access";
import type { Recorder } from "../recorder/recorder";
import type { View } from "../recorder/registry";
import base from "../ui/base.css";
import { clock, element, setText, size, styleSheet } from "../ui/dom";
import { fill } from "../ui/format";
import { listenToKeys, type KeyBindings } from "../ui/keys";
import { Visibility } from "../ui/visibility";
import { Controls, isLive, type ViewPhase } from "./controls";
import { DeviceMenu } from "./device-menu";
import { LastTake } from "./last-take";
import { LiveWave } from "./live-wave";
import { stringsFor } from "./locales";
import { MicrophoneTest } from "./microphone-test";
import { Notice, noticeOf, troubleOf, type NoticeContent } from "./notice";
import css from "./recorder.css";
import type { Button, RecorderStrings } from "./strings";
import { countView } from "./view-count";

/** A smaller number of pending bytes is not shown. */
const MIN_SHOWN_PENDING = 500_000;
const TRAITS = ["state", "_notice", "_cause", "_shown"];
const NO_NOTICE: NoticeContent = { text: "", cause: "" };

/** Show `recorder` in `el`. */
export function showRecorder(recorder: Recorder, el: HTMLElement, hasKeys: boolean): View {
  const view = new RecorderView(recorder, el, stringsFor(document), hasKeys);
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
  #lastTake: LastTake;
  #box = element("section", "recorder");

  #root: ShadowRoot;
  #microphoneTest: MicrophoneTest;
  #visibility: Visibility;
  #life = new AbortController();
  #recording: Recording | null = null; // the one whose wave is drawn
  #trouble: NoticeContent | null = null; // known before a request for the microphone
  #failure: NoticeContent | null = null; // of the last microphone test

  constructor(
    readonly recorder: Recorder,
    el: HTMLElement,
    readonly strings: RecorderStrings,
    readonly hasKeys: boolean,
  ) {
    const { model } = recorder;
    this.#controls = new Controls(strings, this.#press, this.#toggleTest);
    this.#live = new LiveWave(strings.level, this.#tick);
    this.#devices = new DeviceMenu(recorder, strings);
    this.#notice = new Notice(strings);
    this.#lastTake = new LastTake(model);
    this.#microphoneTest = new MicrophoneTest((error) => {
      this.#failure = error === undefined ? null : noticeOf(error);
      this.#draw();
    });
    this.#root = el.shadowRoot ?? el.attachShadow({ mode: "open" });
    this.#root.replaceChildren(styleSheet(base, css), this.#build());
    this.#visibility = new Visibility(this.#box, this.#onVisibility);
    this.#listen(el);
    this.#draw();
  }

  destroy(): void {
    this.#life.abort();
    this.#visibility.destroy();
    this.#microphoneTest.end();
    this.#live.stop();
    this.#lastTake.destroy();
  }

  #build(): HTMLElement {
    const [box, strings] = [this.#box, this.strings];
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", strings.recorder);
    box.tabIndex = -1; // keys work after a click next to the buttons, too
    this.#hint.textContent = strings.allow;
    this.#status.setAttribute("role", "status");
    this.#time.setAttribute("aria-label", strings.elapsed);
    this.#time.setAttribute("role", "timer");
    const { main, second, test } = this.#controls;
    const stage = element("div", "stage", this.#devices.root, this.#hint, this.#live.element);
    const line = element("div", "line", this.#status, this.#time, this.#size, this.#unsent);
    const row = element("div", "row", main, stage, element("div", "end", second, test), line);
    box.append(row, this.#devices.mismatches, this.#notice.element, this.#lastTake.element);
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
    document.addEventListener("visibilitychange", this.#onVisibility, { signal });
    if (this.hasKeys) {
      listenToKeys(el, this.#box, this.#keyBindings, signal);
    }
  }

  togglePlaying(): void {
    void this.#lastTake.player?.toggle();
  }

  // --- input -------------------------------------------------------------------------------

  #press = (op: Button): void => {
    this.#microphoneTest.end();
    this.#failure = null;
    this.recorder.press(op);
  };

  #toggleTest = (): void => {
    const { source } = this.recorder;
    if (this.#microphoneTest.isOn) {
      this.#microphoneTest.end();
    } else if (source !== null) {
      void this.#microphoneTest.begin(() => this.recorder.open(source));
    }
  };

  #keyBindings = (): KeyBindings => {
    const { player } = this.#lastTake;
    const phase = this.#phase;
    const toggle = () => this.togglePlaying();
    const bindings: KeyBindings = {};
    if (this.#controls.canRecord) bindings["r"] = () => this.#press(this.#controls.mainOp);
    if (isLive(phase)) {
      bindings[" "] = () => this.#press(this.#controls.secondOp);
      bindings["escape"] = () => this.#press("stop");
    } else if (this.#microphoneTest.isOn) {
      bindings["escape"] = this.#toggleTest;
    } else if (player !== null) {
      bindings[" "] = toggle;
      if (player.isPlaying) bindings["escape"] = toggle;
    }
    return bindings;
  };

  // --- drawing -------------------------------------------------------------------------------

  get #phase(): ViewPhase {
    const { displayedPhase } = this.recorder;
    return displayedPhase === "inactive" && this.#microphoneTest.isOn ? "testing" : displayedPhase;
  }

  #draw = (): void => {
    const { recorder, strings } = this;
    if (recorder.phase !== "inactive") {
      this.#failure = null;
      if (this.#microphoneTest.isOn) {
        return this.#microphoneTest.end(); // calls #draw
      }
    }
    const phase = this.#phase;
    const microphone = recorder.source?.kind === "microphone" ? recorder.source : null;
    const focus = this.#root.activeElement;
    this.#box.dataset["phase"] = phase;
    this.#controls.draw(phase, microphone !== null);
    this.#devices.draw(phase === "inactive" || phase === "testing");
    this.#devices.root.hidden = phase === "asking";
    this.#hint.hidden = phase !== "asking";
    setText(this.#status, this.#statusText(phase));
    const { pendingBytes } = recorder;
    const unsent =
      pendingBytes > MIN_SHOWN_PENDING ? fill(strings.unsent, size(pendingBytes, strings)) : "";
    setText(this.#unsent, unsent);
    this.#drawNotice(microphone?.device ?? null);
    this.#drawLive(phase);
    this.#lastTake.draw(phase);
    if (focus !== null && (!focus.isConnected || focus.matches("[hidden], :disabled"))) {
      this.#controls.main.focus();
    }
    if (recorder.phase === "inactive" && microphone !== null) {
      this.#trouble ??= this.#checkForTrouble();
    }
  };

  #statusText(phase: ViewPhase): string {
    const { strings, recorder } = this;
    if (phase === "testing") return strings.testing;
    const elsewhere = isLive(phase) && recorder.phase === "inactive";
    return elsewhere ? strings.elsewhere[phase] : strings.phases[phase];
  }

  #drawNotice(device: string | null): void {
    const { model } = this.recorder;
    const text = String(model.get("_notice") ?? "");
    const cause = String(model.get("_cause") ?? "");
    // Python's sentence is more specific here: it lists the connected microphones.
    const isSpecific = cause === "NotFoundError" && device;
    const fromPython: NoticeContent = { text, cause: isSpecific ? "" : cause };
    const trouble = this.#trouble ?? NO_NOTICE;
    this.#notice.draw(this.#failure ?? (text === "" ? trouble : fromPython));
  }

  /** Start a check that needs no permission. It draws again if the page can open no microphone. */
  #checkForTrouble(): NoticeContent {
    void checkAccess().then((access) => {
      const trouble = troubleOf(access);
      if (trouble !== null && !this.#life.signal.aborted) {
        this.#trouble = { text: trouble, cause: trouble };
        this.#draw();
      }
    });
    return NO_NOTICE;
  }

  /** In a hidden view, end the microphone test and the animation. */
  #onVisibility = (): void => {
    if (!this.#visibility.isVisible || document.hidden) {
      this.#microphoneTest.end();
    }
    this.#draw();
  };

  #drawLive(phase: ViewPhase): void {
    const { recording } = this.recorder;
    if (phase === "inactive" || phase === "waiting" || recording !== this.#recording) {
      this.#live.clear();
    }
    this.#recording = recording;
    const stream = recording?.source.stream ?? this.#microphoneTest.stream;
    const isAnimated = phase === "testing" || (phase === "recording" && recording !== null);
    if (isAnimated && stream && this.#visibility.isVisible && !document.hidden) {
      const stopwatch = recording?.stopwatch ?? this.#microphoneTest;
      this.#live.follow(stream, () => stopwatch.seconds);
    } else {
      this.#live.stop();
      this.#live.draw();
    }
    this.#box.classList.toggle("hears", recording !== null || this.#microphoneTest.stream !== null);
    this.#tick();
  }

  #tick = (): void => {
    const { recording } = this.recorder;
    const seconds = recording?.stopwatch.seconds;
    setText(this.#time, seconds === undefined ? "" : clock(seconds, Math.floor));
    setText(this.#size, recording === null ? "" : size(recording.bytes, this.strings));
  };
}

// One face of a recorder: buttons, time, level, and where things stand, in words.

import type { Difference } from "../differences";
import type { Op } from "../protocol";
import type { Phase, Recorder } from "../recorder";
import { DeviceMenu } from "./devices";
import { clock, element, styleSheet } from "./dom";
import { LevelMeter } from "./meter";
import css from "./recorder.css";
import * as text from "./text";

/** How many views show a recorder; without any, a badge tells of a live microphone. */
const views = new WeakMap<Recorder, number>();
const MEGABYTE = 1_000_000;
const WORTH_TELLING = 0.5 * MEGABYTE;

export const isShown = (recorder: Recorder): boolean => (views.get(recorder) ?? 0) > 0;

/** Show `recorder` in `el`; returns how to take the view away. */
export function showRecorder(recorder: Recorder, el: HTMLElement): () => void {
  const view = new RecorderView(recorder, el);
  views.set(recorder, (views.get(recorder) ?? 0) + 1);
  recorder.changed();
  return () => {
    view.destroy();
    views.set(recorder, (views.get(recorder) ?? 1) - 1);
    recorder.changed();
  };
}

class RecorderView {
  #main = element("button", "main");
  #second = element("button", "second");
  #status = element("span", "status");
  #time = element("span", "time");
  #meter = element("div", "meter");
  #notice = element("p", "notice");
  #differences = element("p", "differences");
  #devices: DeviceMenu;
  #level: LevelMeter | null = null;
  #frame = 0;
  #unwatch: () => void;

  constructor(
    readonly recorder: Recorder,
    el: HTMLElement,
  ) {
    this.#devices = new DeviceMenu(recorder);
    const root = el.shadowRoot ?? el.attachShadow({ mode: "open" });
    root.replaceChildren(styleSheet(css), this.#build());
    recorder.model.on("change:state", this.#draw);
    recorder.model.on("change:_notice", this.#draw);
    this.#unwatch = recorder.watch(this.#draw);
    this.#draw();
  }

  destroy(): void {
    this.#unwatch();
    this.recorder.model.off("change:state", this.#draw);
    this.recorder.model.off("change:_notice", this.#draw);
    this.#rest();
  }

  /** What a person sees: this page's recorder, or the state of the page that records. */
  get #phase(): Phase {
    const { phase, model } = this.recorder;
    return phase === "inactive" ? (model.get("state") as Phase) : phase;
  }

  #build(): HTMLElement {
    const box = element("section", "recorder");
    box.setAttribute("aria-label", text.recorder);
    this.#status.setAttribute("role", "status");
    this.#notice.setAttribute("role", "alert");
    this.#time.setAttribute("aria-label", text.elapsed);
    this.#time.setAttribute("role", "timer");
    this.#meter.setAttribute("aria-label", text.level);
    this.#meter.setAttribute("role", "meter");
    this.#meter.append(element("div", "bar"));
    this.#main.addEventListener("click", () => this.recorder.press(mainOp(this.#phase)));
    this.#second.addEventListener("click", () => this.recorder.press(secondOp(this.#phase)));
    const row = element("div", "row");
    row.append(this.#main, this.#second, this.#time, this.#meter, this.#status);
    this.#differences.setAttribute("role", "status");
    row.append(this.#devices.root);
    box.append(row, this.#differences, this.#notice);
    return box;
  }

  #draw = (): void => {
    const phase = this.#phase;
    const { recorder } = this;
    const live = phase === "recording" || phase === "paused";
    label(this.#main, mainOp(phase));
    this.#main.disabled = !live && phase !== "inactive";
    label(this.#second, secondOp(phase));
    this.#second.disabled = !live;
    this.#main.closest("section")?.setAttribute("data-phase", phase);
    this.#devices.draw(phase === "inactive");
    setText(this.#differences, recorder.differences.map(toWords).join(" "));
    this.#differences.hidden = this.#differences.textContent === "";
    setText(this.#status, this.#words(phase));
    setText(this.#notice, recorder.model.get("_notice") as string);
    this.#notice.hidden = this.#notice.textContent === "";
    if (phase === "recording" && recorder.recording !== null) {
      this.#level ??= new LevelMeter(recorder.recording.source.stream);
      this.#frame ||= requestAnimationFrame(this.#move);
    } else {
      this.#rest();
    }
    this.#tick();
  };

  #words(phase: Phase): string {
    const elsewhere = phase !== "inactive" && this.recorder.phase === "inactive";
    const words = elsewhere ? `${text.phases[phase]} ${text.elsewhere}` : text.phases[phase];
    const { pendingBytes } = this.recorder;
    return pendingBytes > WORTH_TELLING
      ? `${words} · ${text.unsent((pendingBytes / MEGABYTE).toFixed(1))}`
      : words;
  }

  #move = (): void => {
    this.#setLevel(this.#level?.read() ?? 0);
    this.#tick();
    this.#frame = requestAnimationFrame(this.#move);
  };

  #tick(): void {
    const seconds = this.recorder.recording?.stopwatch.seconds;
    if (seconds !== undefined) {
      setText(this.#time, clock(seconds, Math.floor)); // a tenth that has passed
    }
  }

  /** No frame work and no audio graph while nothing is recorded. */
  #rest(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#level?.close();
    this.#level = null;
    this.#setLevel(0);
  }

  #setLevel(level: number): void {
    this.#meter.style.setProperty("--level", level.toFixed(3));
    this.#meter.setAttribute("aria-valuenow", level.toFixed(1));
  }
}

const toWords = ({ name, on }: Difference) => text.differences[name](on);

const mainOp = (phase: Phase): "start" | "stop" =>
  phase === "recording" || phase === "paused" || phase === "stopping" ? "stop" : "start";

const secondOp = (phase: Phase): "pause" | "resume" => (phase === "paused" ? "resume" : "pause");

function label(button: HTMLButtonElement, op: Op): void {
  button.dataset["op"] = op;
  button.title = text.operations[op];
  button.setAttribute("aria-label", text.operations[op]);
}

/** Text that has not changed is not announced again. */
function setText(node: HTMLElement, words: string): void {
  if (node.textContent !== words) {
    node.textContent = words;
  }
}

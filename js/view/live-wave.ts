// The sound of an open stream: a wave that scrolls, and its level as a meter for screen readers.
//
// A canvas of our own: wavesurfer.js redraws its whole waveform at each step of a live one, and comes
// from the kernel, which may be busy during a recording.

import { element } from "../ui/dom";
import { LevelMeter } from "./level-meter";

/** The seconds of a bar; the pixels from one to the next, and of one. */
const STEP = 0.05;
const PITCH = 3;
const WIDTH = 2;
const MAX_BARS = 2_000;

export class LiveWave {
  #canvas = element("canvas", "");
  readonly element = element("div", "meter", this.#canvas);

  #bars: number[] = [];
  #first = 0; // the number of the first of them
  #seconds = 0;
  #meter: LevelMeter | null = null;
  #frame = 0;
  #color = getComputedStyle(this.#canvas);
  #still = matchMedia("(prefers-reduced-motion: reduce)");

  /** `tick` is called at each frame. */
  constructor(
    name: string,
    readonly tick: () => void,
  ) {
    this.#canvas.setAttribute("aria-hidden", "true");
    this.#canvas.addEventListener("transitionend", () => this.draw()); // the colour has changed
    for (const [key, value] of Object.entries({ label: name, valuemin: "0", valuemax: "1" })) {
      this.element.setAttribute(`aria-${key}`, value);
    }
    this.element.setAttribute("role", "meter");
    this.#setLevel(0);
  }

  /** Follow `stream`; `clock` gives the position of its sound on the wave, in seconds. */
  follow(stream: MediaStream, clock: () => number): void {
    if (this.#meter === null) {
      this.#meter = new LevelMeter(stream);
      this.#move(clock);
    }
  }

  /** End the animation and the audio graph; the wave stays. */
  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#meter?.close();
    this.#meter = null;
    this.#setLevel(0);
  }

  clear(): void {
    this.stop();
    this.#bars = [];
    this.#first = this.#seconds = 0;
  }

  /** Draw the wave, in its present colour. Reading the width forces a layout, so an empty one has none. */
  draw(): void {
    if (this.#bars.length === 0) {
      return;
    }
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const context = this.#canvas.getContext("2d");
    if (context === null || width === 0) {
      return;
    }
    this.#fit(context, width, height);
    context.fillStyle = this.#color.color;
    const fitting = Math.floor(width / PITCH);
    const end = this.#first + this.#bars.length;
    // With reduced motion nothing scrolls: the wave fills the width, then begins anew.
    const page = Math.floor((end - 1) / fitting) * fitting;
    const from = Math.max(this.#first, this.#still.matches ? page : end - fitting - 1);
    const origin = this.#still.matches ? -page * PITCH : width - (this.#seconds / STEP) * PITCH;
    for (let n = from; n < end; n++) {
      const bar = Math.max(WIDTH, Math.sqrt(this.#bars[n - this.#first] ?? 0) * height);
      context.fillRect(origin + n * PITCH, (height - bar) / 2, WIDTH, bar);
    }
  }

  #move = (clock: () => number): void => {
    this.#frame = requestAnimationFrame(() => this.#move(clock));
    const peak = this.#meter?.peak() ?? 0;
    this.#add(clock(), peak);
    this.#setLevel(LevelMeter.level(peak));
    this.draw();
    this.tick();
  };

  #add(seconds: number, peak: number): void {
    this.#seconds = seconds;
    const last = Math.floor(seconds / STEP) - this.#first;
    while (this.#bars.length <= last) {
      this.#bars.push(0);
    }
    this.#bars[last] = Math.max(this.#bars[last] ?? 0, peak);
    if (this.#bars.length > MAX_BARS) {
      this.#first += this.#bars.splice(0, MAX_BARS / 2).length;
    }
  }

  #fit(context: CanvasRenderingContext2D, width: number, height: number): void {
    const [wide, high] = [width, height].map((pixels) => Math.round(pixels * devicePixelRatio));
    if (this.#canvas.width !== wide || this.#canvas.height !== high) {
      Object.assign(this.#canvas, { width: wide, height: high });
      context.scale(devicePixelRatio, devicePixelRatio);
    }
    context.clearRect(0, 0, width, height);
  }

  #setLevel(level: number): void {
    const strings = level.toFixed(1);
    if (this.element.getAttribute("aria-valuenow") !== strings) {
      this.element.setAttribute("aria-valuenow", strings);
    }
  }
}

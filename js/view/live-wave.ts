// The live waveform of an open stream, which scrolls, and its level as a meter for screen readers.
//
// It draws on a canvas of its own. wavesurfer.js redraws the whole of a live waveform at each step,
// and its code comes from the kernel, which may be busy during a recording.

import { element } from "../ui/dom";
import { LevelMeter } from "./level-meter";

/** In seconds. */
const BAR_DURATION = 0.05;
/** From one bar to the next, in CSS pixels. */
const BAR_PITCH = 3;
const BAR_WIDTH = 2;
const MAX_BARS = 2_000;

export class LiveWave {
  #canvas = element("canvas", "");
  readonly element = element("div", "meter", this.#canvas);

  #bars: number[] = [];
  #first = 0; // the number of the first bar that is kept
  #seconds = 0;
  #meter: LevelMeter | null = null;
  #frame = 0;
  #style = getComputedStyle(this.#canvas);
  #reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

  /** Calls `tick` at each frame. */
  constructor(
    name: string,
    readonly tick: () => void,
  ) {
    this.#canvas.setAttribute("aria-hidden", "true");
    this.#canvas.addEventListener("transitionend", () => this.draw()); // the colour changed
    for (const [key, value] of Object.entries({ label: name, valuemin: "0", valuemax: "1" })) {
      this.element.setAttribute(`aria-${key}`, value);
    }
    this.element.setAttribute("role", "meter");
    this.#setLevel(0);
  }

  /** Follow `stream`. `clock` returns the current position on the wave, in seconds. */
  follow(stream: MediaStream, clock: () => number): void {
    if (this.#meter === null) {
      this.#meter = new LevelMeter(stream);
      this.#animate(clock);
    }
  }

  /** Stop the animation and close the audio graph. The wave stays. */
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

  /** Draw the wave in its current colour. Skip an empty one, as `clientWidth` forces a layout. */
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
    context.fillStyle = this.#style.color;
    const fitting = Math.floor(width / BAR_PITCH);
    const end = this.#first + this.#bars.length;
    // With reduced motion the wave does not scroll: it fills the width, then restarts at the left.
    const restart = Math.floor((end - 1) / fitting) * fitting;
    const from = Math.max(this.#first, this.#reducedMotion.matches ? restart : end - fitting - 1);
    const origin = this.#reducedMotion.matches
      ? -restart * BAR_PITCH
      : width - (this.#seconds / BAR_DURATION) * BAR_PITCH;
    for (let n = from; n < end; n++) {
      const bar = Math.max(BAR_WIDTH, Math.sqrt(this.#bars[n - this.#first] ?? 0) * height);
      context.fillRect(origin + n * BAR_PITCH, (height - bar) / 2, BAR_WIDTH, bar);
    }
  }

  #animate = (clock: () => number): void => {
    this.#frame = requestAnimationFrame(() => this.#animate(clock));
    const peak = this.#meter?.peak() ?? 0;
    this.#add(clock(), peak);
    this.#setLevel(LevelMeter.level(peak));
    this.draw();
    this.tick();
  };

  #add(seconds: number, peak: number): void {
    this.#seconds = seconds;
    const last = Math.floor(seconds / BAR_DURATION) - this.#first;
    while (this.#bars.length <= last) {
      this.#bars.push(0);
    }
    this.#bars[last] = Math.max(this.#bars[last] ?? 0, peak);
    if (this.#bars.length > MAX_BARS) {
      this.#first += this.#bars.splice(0, MAX_BARS / 2).length;
    }
  }

  #fit(context: CanvasRenderingContext2D, width: number, height: number): void {
    const [canvasWidth, canvasHeight] = [width, height].map((pixels) =>
      Math.round(pixels * devicePixelRatio),
    );
    if (this.#canvas.width !== canvasWidth || this.#canvas.height !== canvasHeight) {
      Object.assign(this.#canvas, { width: canvasWidth, height: canvasHeight });
      context.scale(devicePixelRatio, devicePixelRatio);
    }
    context.clearRect(0, 0, width, height);
  }

  #setLevel(level: number): void {
    const value = level.toFixed(1);
    if (this.element.getAttribute("aria-valuenow") !== value) {
      this.element.setAttribute("aria-valuenow", value);
    }
  }
}

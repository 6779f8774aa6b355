// What a person sees of a take: play, its waveform with the position, what it is, download.
// Bytes come from Python when it plays or downloads, and not before.

import type { AnyModel } from "@anywidget/types";

import { USUAL } from "../ask";
import { loadAsset } from "../assets";
import { askFile, askPeaks, type Facts } from "../questions";
import type { Picture, Waveform } from "../waveform";
import { button, clock, element, icons, styleSheet } from "./dom";
import css from "./take.css";

/** The facts that Python learns when it decodes the take. */
const LEARNT = ["seconds", "sample_rate", "channels"] as const;

const words = {
  take: "Recording",
  play: "Play",
  pause: "Pause",
  position: "Position",
  download: "Download",
  fetching: "Fetching the recording from the kernel …",
  empty: "There is no sound in it.",
  unplayable: "This browser cannot play the recording. Download it, or use take.save(…).",
  interrupted: (by: string) => `interrupted: ${by}`,
  span: "span",
  channels: (n: number) => (n === 1 ? "mono" : n === 2 ? "stereo" : `${n} channels`),
  of: (at: string, whole: string) => `${at} of ${whole}`,
};

/** Show the take of `model` in `el`; returns how to take the view away. */
export function showTake(model: AnyModel<Facts>, el: HTMLElement): () => void {
  const view = new TakeView(model, el);
  return () => view.destroy();
}

class TakeView {
  #play = button("play", words.play, icons.play);
  #download = button("download", words.download, icons.download);
  #canvas = element("div", "canvas");
  #position = element("input", "position");
  #time = element("span", "time");
  #facts = element("span", "facts");
  #mark = element("span", "mark");
  #status = element("p", "status");
  #root = element("section", "take");

  #audio = new Audio();
  #source: Promise<void> | null = null;
  #picture: Picture | null = null;
  #frame = 0;
  #life = new AbortController();

  constructor(
    readonly model: AnyModel<Facts>,
    el: HTMLElement,
  ) {
    this.#build(el.shadowRoot ?? el.attachShadow({ mode: "open" }));
    this.#listen();
    this.#drawFacts();
    this.#drawTime();
    void this.#drawWaveform();
  }

  destroy(): void {
    this.#life.abort();
    LEARNT.forEach((trait) => this.model.off(`change:${trait}`, this.#drawFacts));
    cancelAnimationFrame(this.#frame);
    this.#audio.pause();
    URL.revokeObjectURL(this.#audio.src);
    this.#picture?.destroy();
  }

  #build(shadow: ShadowRoot): void {
    Object.assign(this.#position, { type: "range", min: "0", step: "any", value: "0" });
    this.#position.setAttribute("aria-label", words.position);
    this.#canvas.setAttribute("aria-hidden", "true");
    this.#status.setAttribute("role", "status");
    this.#root.setAttribute("aria-label", words.take);
    const wave = element("div", "wave", this.#canvas, element("div", "track"), this.#position);
    const below = element("div", "below", this.#time, this.#facts, this.#mark);
    this.#root.append(this.#play, wave, this.#download, below, this.#status);
    shadow.replaceChildren(styleSheet(css), this.#root);
  }

  #listen(): void {
    LEARNT.forEach((trait) => this.model.on(`change:${trait}`, this.#drawFacts));
    this.#play.addEventListener("click", () => void this.#toggle());
    this.#download.addEventListener("click", () => void this.#save());
    this.#position.addEventListener("input", () => this.#seek(this.#position.valueAsNumber));
    this.#position.addEventListener("keydown", this.#step);
    for (const event of ["play", "pause", "ended"]) {
      this.#audio.addEventListener(event, this.#drawButton);
    }
  }

  // --- sound ---------------------------------------------------------------------------------

  async #toggle(): Promise<void> {
    if (!this.#audio.paused) {
      this.#audio.pause();
      return;
    }
    await this.#attempt(async () => {
      this.#source ??= this.#fetchSound();
      await this.#source.catch((error: unknown) => {
        this.#source = null;
        throw error;
      });
      if (!this.#life.signal.aborted) {
        await this.#audio.play();
      }
    });
  }

  async #fetchSound(): Promise<void> {
    const mime = this.model.get("mime_type");
    const form = this.#audio.canPlayType(mime) === "" ? "wav" : "own";
    const at = this.#position.valueAsNumber;
    const { blob } = await askFile(this.model, { kind: "audio", form }, this.#life.signal);
    await new Promise<void>((resolve, reject) => {
      this.#audio.onloadedmetadata = () => resolve();
      this.#audio.onerror = () => reject(new Error(words.unplayable));
      this.#audio.src = URL.createObjectURL(blob);
    });
    this.#audio.currentTime = at < this.#seconds ? at : 0;
  }

  #seek(seconds: number): void {
    if (this.#audio.readyState > 0) {
      this.#audio.currentTime = seconds;
    }
    this.#drawTime(seconds);
  }

  #step = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault(); // a range of step "any" moves by a browser's whim
      const to = this.#position.valueAsNumber + (step * this.#seconds) / 50;
      this.#seek(Math.min(this.#seconds, Math.max(0, to)));
    }
  };

  // --- download ------------------------------------------------------------------------------

  async #save(): Promise<void> {
    await this.#attempt(async () => {
      const { name, blob } = await askFile(this.model, { kind: "file" }, this.#life.signal);
      const link = element("a", "");
      link.href = URL.createObjectURL(blob);
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // once the browser has it
    });
  }

  /** Do what takes a while, and tell how it goes. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    this.#tell(words.fetching);
    try {
      await work();
      this.#tell("");
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error), "failed");
    }
  }

  // --- what is seen --------------------------------------------------------------------------

  get #seconds(): number {
    return Math.max(0, Number(this.model.get("seconds"))) || 0;
  }

  async #drawWaveform(): Promise<void> {
    try {
      const [{ draw }, peaks] = await Promise.all([
        loadAsset<Waveform>(this.model, "waveform", { ...USUAL, until: this.#life.signal }),
        askPeaks(this.model, this.#life.signal),
      ]);
      if (this.#life.signal.aborted) {
        return;
      }
      if (peaks.length === 0) {
        this.#play.disabled = true;
        this.#tell(words.empty);
        return;
      }
      const { color, outlineColor } = getComputedStyle(this.#canvas);
      this.#picture = draw(this.#canvas, peaks, this.#seconds, {
        wave: color,
        played: outlineColor,
      });
      this.#root.classList.add("drawn");
      this.#drawTime();
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error));
    }
  }

  #drawFacts = (): void => {
    const { model } = this;
    const rate = model.get("sample_rate");
    const channels = model.get("channels");
    const facts = [model.get("mime_type")];
    if (rate) facts.push(`${rate / 1000} kHz`);
    if (channels) facts.push(words.channels(channels));
    if (model.get("span")) facts.push(words.span);
    this.#facts.textContent = facts.join(" · ");
    const by = model.get("interrupted");
    this.#mark.textContent = by && words.interrupted(by);
    this.#mark.hidden = !by;
    this.#position.max = String(this.#seconds);
    this.#drawTime();
  };

  #drawButton = (): void => {
    const paused = this.#audio.paused;
    const label = paused ? words.play : words.pause;
    this.#play.ariaLabel = this.#play.title = label;
    this.#play.querySelector("path")?.setAttribute("d", paused ? icons.play : icons.pause);
    cancelAnimationFrame(this.#frame);
    if (!paused) {
      this.#follow();
    } else if (this.#audio.ended) {
      this.#drawTime(0);
    }
  };

  #follow = (): void => {
    this.#drawTime(this.#audio.currentTime);
    this.#frame = requestAnimationFrame(this.#follow);
  };

  #drawTime(at = this.#position.valueAsNumber): void {
    const now = Math.min(at, this.#seconds);
    this.#position.value = String(now);
    this.#position.setAttribute("aria-valuetext", words.of(clock(now), clock(this.#seconds)));
    this.#root.style.setProperty("--played", String(this.#seconds ? now / this.#seconds : 0));
    this.#time.textContent = `${clock(now)} / ${clock(this.#seconds)}`;
    this.#picture?.progress(now);
  }

  #tell(text: string, kind = ""): void {
    this.#status.textContent = text;
    this.#status.className = `status ${kind}`;
  }
}

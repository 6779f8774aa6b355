// What a person sees of a take: play, its waveform with the position, what it is, download.
// Bytes come from Python when it plays or downloads, and not before.

import base from "../ui/base.css";
import { button, clock, element, icons, label, setText, styleSheet, svg } from "../ui/dom";
import { fill } from "../ui/format";
import { Sight } from "../ui/visibility";
import { loadAsset } from "../wire/assets";
import { isUnanswered, USUAL } from "../wire/request";
import { Player } from "./audio";
import css from "./player.css";
import { askFile, askPeaks, type Shown } from "./requests";
import type { PlayerWords } from "./strings";
import type { Picture, Waveform } from "./waveform";

export class TakeView {
  #icon = svg("path", { d: icons.play });
  #play = button("play", this.#icon);
  #download = button("download", svg("path", { d: icons.download }));
  #canvas = element("div", "canvas");
  #position = element("input", "position");
  #time = element("span", "time");
  #facts = element("span", "facts");
  #mark = element("span", "mark");
  #status = element("p", "status");
  #root = element("section", "take");

  #life = new AbortController();
  #player: Player;
  #picture: Picture | null = null;
  #frame = 0;
  #sight: Sight;

  constructor(
    readonly shown: Shown,
    el: HTMLElement,
    readonly words: PlayerWords,
  ) {
    this.#player = new Player(shown, this.#life.signal, this.#drawButton);
    this.#build(el.shadowRoot ?? el.attachShadow({ mode: "open" }));
    this.#sight = new Sight(this.#root, this.#drawButton);
    this.#listen();
    this.#drawFacts();
    this.#drawButton();
    if (shown.facts().waveform !== false) {
      void this.#drawWaveform();
    }
  }

  destroy(): void {
    this.#life.abort();
    this.#sight.destroy();
    cancelAnimationFrame(this.#frame);
    this.#picture?.destroy();
  }

  get isPlaying(): boolean {
    return this.#player.isPlaying;
  }

  /** Play, or pause. */
  async toggle(): Promise<void> {
    if (this.#player.isPlaying) {
      this.#player.pause();
    } else if (!this.#play.disabled) {
      const at = this.#position.valueAsNumber;
      const from = at < this.#seconds ? at : 0;
      const meanwhile = this.#player.isThere ? "" : this.words.fetching;
      await this.#attempt(meanwhile, () => this.#player.play(from, this.words.unplayable));
    }
  }

  #build(shadow: ShadowRoot): void {
    const { words } = this;
    Object.assign(this.#position, { type: "range", min: "0", step: "any", value: "0" });
    this.#position.setAttribute("aria-label", words.position);
    this.#canvas.setAttribute("aria-hidden", "true");
    this.#status.setAttribute("role", "status");
    this.#root.setAttribute("role", "group");
    this.#root.setAttribute("aria-label", words.take);
    label(this.#download, words.download);
    const wave = element("div", "wave", this.#canvas, element("div", "track"), this.#position);
    const below = element("div", "below", this.#time, this.#facts, this.#mark);
    this.#root.append(this.#play, wave, this.#download, below, this.#status);
    shadow.replaceChildren(styleSheet(base, css), this.#root);
  }

  #listen(): void {
    const unwatch = this.shown.watch(this.#drawFacts);
    this.#life.signal.addEventListener("abort", unwatch);
    this.#play.addEventListener("click", () => void this.toggle());
    this.#download.addEventListener("click", () => void this.#save());
    this.#position.addEventListener("input", () => this.#seek(this.#position.valueAsNumber));
    this.#position.addEventListener("keydown", this.#step);
  }

  #seek(seconds: number): void {
    this.#player.seek(seconds);
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

  async #save(): Promise<void> {
    await this.#attempt(this.words.fetching, async () => {
      const question = { kind: "file" } as const;
      const { name, blob } = await askFile(this.shown.channel, question, this.#life.signal);
      const link = element("a", "");
      link.href = URL.createObjectURL(blob);
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // once the browser has it
    });
  }

  /** Do what takes a while, and tell how it goes. */
  async #attempt(meanwhile: string, work: () => Promise<void>): Promise<void> {
    this.#tell(meanwhile);
    try {
      await work();
      this.#tell("");
    } catch (error) {
      this.#tellOf(error);
    }
  }

  // --- what is seen --------------------------------------------------------------------------

  get #seconds(): number {
    return Math.max(0, Number(this.shown.facts().seconds)) || 0;
  }

  async #drawWaveform(): Promise<void> {
    const { channel } = this.shown;
    const { signal } = this.#life;
    try {
      const [{ draw }, peaks] = await Promise.all([
        loadAsset<Waveform>(channel, "waveform", { ...USUAL, until: signal }),
        askPeaks(channel, signal),
      ]);
      if (signal.aborted) {
        return;
      }
      if (peaks.length === 0) {
        this.#play.disabled = true;
        this.#tell(this.words.empty);
        return;
      }
      const { color, outlineColor } = getComputedStyle(this.#canvas);
      const colors = { wave: color, played: outlineColor };
      this.#picture = draw(this.#canvas, peaks, this.#seconds, colors);
      this.#root.classList.add("drawn");
      this.#drawTime();
    } catch (error) {
      if (!signal.aborted) {
        this.#tellOf(error);
      }
    }
  }

  #drawFacts = (): void => {
    const { words } = this;
    const { mime_type, sample_rate, channels, span, interrupted } = this.shown.facts();
    const facts = [mime_type];
    if (sample_rate) facts.push(fill(words.kilohertz, sample_rate / 1000));
    if (channels === 1) facts.push(words.mono);
    else if (channels === 2) facts.push(words.stereo);
    else if (channels) facts.push(fill(words.channels, channels));
    if (span) facts.push(words.span);
    setText(this.#facts, facts.join(" · "));
    const by = words.interruptions[interrupted] ?? interrupted;
    setText(this.#mark, interrupted && fill(words.interrupted, by));
    this.#mark.hidden = !interrupted;
    this.#position.max = String(this.#seconds);
    this.#drawTime();
  };

  /** No frame work while it does not play, or where nobody sees it. */
  #drawButton = (): void => {
    const { isPlaying } = this.#player;
    label(this.#play, isPlaying ? this.words.pausePlaying : this.words.play);
    this.#icon.setAttribute("d", isPlaying ? icons.pause : icons.play);
    cancelAnimationFrame(this.#frame);
    if (isPlaying && this.#sight.seen) {
      this.#follow();
    } else if (this.#player.hasEnded) {
      this.#drawTime(0);
    }
  };

  #follow = (): void => {
    this.#drawTime(this.#player.time);
    this.#frame = requestAnimationFrame(this.#follow);
  };

  #drawTime(at = this.#position.valueAsNumber): void {
    const seconds = this.#seconds;
    const now = Math.min(at, seconds);
    const [shown, whole] = [clock(now), clock(seconds)];
    this.#position.value = String(now);
    this.#position.setAttribute("aria-valuetext", fill(this.words.positionOf, shown, whole));
    this.#root.style.setProperty("--played", String(seconds ? now / seconds : 0));
    setText(this.#time, `${shown} / ${whole}`);
    this.#picture?.progress(now);
  }

  #tellOf(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    this.#tell(isUnanswered(error) ? this.words.unanswered : text, "failed");
  }

  #tell(text: string, kind = ""): void {
    this.#status.textContent = text;
    this.#status.className = `status ${kind}`;
  }
}

/** What the `take` asset exports: a recorder loads it with its first take. */
export type PlayerModule = { open: (shown: Shown, el: HTMLElement) => TakeView };

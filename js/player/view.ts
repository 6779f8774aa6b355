// The view of a take: a play button, the waveform with the position, the format and a download
// button. The bytes are fetched from Python when the take is played or downloaded, not before.

import base from "../ui/base.css";
import { button, clock, element, icons, label, setText, styleSheet, svg } from "../ui/dom";
import { fill } from "../ui/format";
import { Visibility } from "../ui/visibility";
import { loadAsset } from "../wire/assets";
import { DEFAULT_RETRY, isUnanswered } from "../wire/request";
import { TakeAudio } from "./audio";
import css from "./player.css";
import { requestFile, requestPeaks, type PlayableTake } from "./requests";
import type { PlayerStrings } from "./strings";
import type * as waveform from "./waveform";
import type { Waveform } from "./waveform";

export class PlayerView {
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
  #audio: TakeAudio;
  #waveform: Waveform | null = null;
  #frame = 0;
  #visibility: Visibility;

  constructor(
    readonly take: PlayableTake,
    el: HTMLElement,
    readonly strings: PlayerStrings,
  ) {
    this.#audio = new TakeAudio(take, this.#life.signal, this.#drawButton);
    this.#build(el.shadowRoot ?? el.attachShadow({ mode: "open" }));
    this.#visibility = new Visibility(this.#root, this.#drawButton);
    this.#listen();
    this.#drawFacts();
    this.#drawButton();
    if (take.info().waveform !== false) {
      void this.#drawWaveform();
    }
  }

  destroy(): void {
    this.#life.abort();
    this.#visibility.destroy();
    cancelAnimationFrame(this.#frame);
    this.#waveform?.destroy();
  }

  get isPlaying(): boolean {
    return this.#audio.isPlaying;
  }

  /** Play, or pause. */
  async toggle(): Promise<void> {
    if (this.#audio.isPlaying) {
      this.#audio.pause();
    } else if (!this.#play.disabled) {
      const at = this.#position.valueAsNumber;
      const from = at < this.#seconds ? at : 0;
      const status = this.#audio.isLoaded ? "" : this.strings.fetching;
      await this.#attempt(status, () => this.#audio.play(from, this.strings.unplayable));
    }
  }

  #build(shadow: ShadowRoot): void {
    const { strings } = this;
    Object.assign(this.#position, { type: "range", min: "0", step: "any", value: "0" });
    this.#position.setAttribute("aria-label", strings.position);
    this.#canvas.setAttribute("aria-hidden", "true");
    this.#status.setAttribute("role", "status");
    this.#root.setAttribute("role", "group");
    this.#root.setAttribute("aria-label", strings.take);
    label(this.#download, strings.download);
    const wave = element("div", "wave", this.#canvas, element("div", "track"), this.#position);
    const below = element("div", "below", this.#time, this.#facts, this.#mark);
    this.#root.append(this.#play, wave, this.#download, below, this.#status);
    shadow.replaceChildren(styleSheet(base, css), this.#root);
  }

  #listen(): void {
    const unwatch = this.take.watch(this.#drawFacts);
    this.#life.signal.addEventListener("abort", unwatch);
    this.#play.addEventListener("click", () => void this.toggle());
    this.#download.addEventListener("click", () => void this.#save());
    this.#position.addEventListener("input", () => this.#seek(this.#position.valueAsNumber));
    this.#position.addEventListener("keydown", this.#onKeydown);
  }

  #seek(seconds: number): void {
    this.#audio.seek(seconds);
    this.#drawTime(seconds);
  }

  #onKeydown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault(); // browsers move a range of step "any" differently
      const to = this.#position.valueAsNumber + (step * this.#seconds) / 50;
      this.#seek(Math.min(this.#seconds, Math.max(0, to)));
    }
  };

  async #save(): Promise<void> {
    await this.#attempt(this.strings.fetching, async () => {
      const { channel } = this.take;
      const { name, blob } = await requestFile(channel, { kind: "file" }, this.#life.signal);
      const link = element("a", "");
      link.href = URL.createObjectURL(blob);
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser has read it by then
    });
  }

  /** Do `work`, showing `status` until it is done. Shows the error if it fails. */
  async #attempt(status: string, work: () => Promise<void>): Promise<void> {
    this.#showStatus(status);
    try {
      await work();
      this.#showStatus("");
    } catch (error) {
      this.#showError(error);
    }
  }

  // --- drawing -------------------------------------------------------------------------------

  get #seconds(): number {
    return Math.max(0, this.take.info().seconds) || 0;
  }

  async #drawWaveform(): Promise<void> {
    const { channel } = this.take;
    const { signal } = this.#life;
    try {
      const [{ draw }, peaks] = await Promise.all([
        loadAsset<typeof waveform>(channel, "waveform", { ...DEFAULT_RETRY, signal }),
        requestPeaks(channel, signal),
      ]);
      if (signal.aborted) {
        return;
      }
      if (peaks.length === 0) {
        this.#play.disabled = true;
        this.#showStatus(this.strings.empty);
        return;
      }
      const { color, outlineColor } = getComputedStyle(this.#canvas);
      const colors = { wave: color, played: outlineColor };
      this.#waveform = draw(this.#canvas, peaks, this.#seconds, colors);
      this.#root.classList.add("drawn");
      this.#drawTime();
    } catch (error) {
      if (!signal.aborted) {
        this.#showError(error);
      }
    }
  }

  #drawFacts = (): void => {
    const { strings } = this;
    const { mime_type, sample_rate, channels, span, interrupted } = this.take.info();
    const facts = [mime_type];
    if (sample_rate) facts.push(fill(strings.kilohertz, sample_rate / 1000));
    if (channels === 1) facts.push(strings.mono);
    else if (channels === 2) facts.push(strings.stereo);
    else if (channels) facts.push(fill(strings.channels, channels));
    if (span) facts.push(strings.span);
    setText(this.#facts, facts.join(" · "));
    const cause = strings.interruptions[interrupted] ?? interrupted;
    setText(this.#mark, interrupted && fill(strings.interrupted, cause));
    this.#mark.hidden = !interrupted;
    this.#position.max = String(this.#seconds);
    this.#drawTime();
  };

  /** The position is animated only while the take plays and the view is visible. */
  #drawButton = (): void => {
    const { isPlaying } = this.#audio;
    label(this.#play, isPlaying ? this.strings.pausePlaying : this.strings.play);
    this.#icon.setAttribute("d", isPlaying ? icons.pause : icons.play);
    cancelAnimationFrame(this.#frame);
    if (isPlaying && this.#visibility.isVisible) {
      this.#follow();
    } else if (this.#audio.hasEnded) {
      this.#drawTime(0);
    }
  };

  #follow = (): void => {
    this.#drawTime(this.#audio.time);
    this.#frame = requestAnimationFrame(this.#follow);
  };

  #drawTime(at = this.#position.valueAsNumber): void {
    const seconds = this.#seconds;
    const now = Math.min(at, seconds);
    const [position, total] = [clock(now), clock(seconds)];
    this.#position.value = String(now);
    this.#position.setAttribute("aria-valuetext", fill(this.strings.positionOf, position, total));
    this.#root.style.setProperty("--played", String(seconds ? now / seconds : 0));
    setText(this.#time, `${position} / ${total}`);
    this.#waveform?.progress(now);
  }

  #showError(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    this.#showStatus(isUnanswered(error) ? this.strings.unanswered : text, "failed");
  }

  #showStatus(text: string, kind = ""): void {
    this.#status.textContent = text;
    this.#status.className = `status ${kind}`;
  }
}

/** The exports of the asset `take`, with which a recorder shows its last take. */
export type PlayerModule = { open: (take: PlayableTake, el: HTMLElement) => PlayerView };

// The sound of a clip: its waveform with the parts that are marked on it, played, over and over if
// one likes.

import { Player } from "../player/audio";
import { aboutTake, askPeaks, type Facts } from "../player/requests";
import type { Picture, Waveform } from "../player/waveform";
import { button, clock, element, icons, label, setText, svg } from "../ui/dom";
import { fill } from "../ui/format";
import { loadAsset } from "../wire/assets";
import { USUAL, type Channel } from "../wire/request";
import type { Hand, Marks, Part, Regions } from "./regions";
import type { AnnotatorWords } from "./strings";

export class Tape {
  #icon = svg("path", { d: icons.play });
  #play = button("play", this.#icon);
  #canvas = element("div", "canvas");
  #position = element("input", "position");
  #time = element("span", "time");
  readonly element = element("div", "tape", this.#play, this.#canvas, this.#position, this.#time);

  /** Whether it begins anew at its end, or at that of `loop`. */
  loops = false;
  /** From and to in seconds, where a part is selected. */
  loop: [number, number] | null = null;

  #life = new AbortController();
  #facts: Facts | null = null;
  #player: Player | null = null;
  #picture: Picture | null = null;
  #marks: Marks | null = null;
  #frame = 0;

  constructor(
    readonly channel: Channel,
    readonly words: AnnotatorWords,
    readonly hand: Hand,
    /** Tells how it goes; nothing when all is well. */
    readonly tell: (text: string) => void,
  ) {
    Object.assign(this.#position, { type: "range", min: "0", step: "any", value: "0" });
    this.#position.setAttribute("aria-label", words.position);
    this.#position.addEventListener("input", () => this.#seek(this.#position.valueAsNumber));
    this.#play.addEventListener("click", () => void this.toggle());
    this.#canvas.setAttribute("aria-hidden", "true");
    this.#canvas.addEventListener("click", ({ clientX }) => {
      const { left, width } = this.#canvas.getBoundingClientRect();
      this.#seek(((clientX - left) / width) * this.seconds);
    });
    this.#drawButton();
  }

  get seconds(): number {
    return this.#facts?.seconds ?? 0;
  }

  /** Where it is, in seconds. */
  get at(): number {
    return this.#position.valueAsNumber;
  }

  get isPlaying(): boolean {
    return this.#player?.isPlaying ?? false;
  }

  get parts(): Part[] {
    return this.#marks?.parts ?? [];
  }

  /** Another clip; settles when its waveform is there, and can be marked. */
  async load(take: string, facts: Facts): Promise<void> {
    this.destroy();
    this.#life = new AbortController();
    const { signal } = this.#life;
    const channel = aboutTake(this.channel, take);
    const shown = { channel, facts: () => facts, watch: () => () => {} };
    this.#facts = facts;
    this.#player = new Player(shown, signal, this.#drawButton);
    this.#drawButton(); // the one before may have played
    this.#position.max = String(facts.seconds);
    this.#drawTime(0);
    const patience = { ...USUAL, until: signal };
    try {
      const [{ draw }, { mark }, peaks] = await Promise.all([
        loadAsset<Waveform>(this.channel, "waveform", patience),
        loadAsset<Regions>(this.channel, "regions", patience),
        askPeaks(channel, signal),
      ]);
      signal.throwIfAborted();
      const { color, outlineColor } = getComputedStyle(this.#canvas);
      this.#picture = draw(this.#canvas, peaks, facts.seconds, {
        wave: color,
        played: outlineColor,
      });
      await this.#picture.drawn;
      signal.throwIfAborted();
      const colors = { part: "rgb(25 118 210 / 20%)", selected: "rgb(237 108 2 / 35%)" };
      this.#marks = mark(this.#picture, colors, this.hand);
      this.element.classList.add("drawn");
    } catch (error) {
      if (!signal.aborted) this.#tellOf(error);
      throw error;
    }
  }

  show(parts: Part[], selected: number): void {
    this.#marks?.show(parts, selected);
  }

  async toggle(): Promise<void> {
    const { unplayable, fetching } = this.words;
    if (this.#player === null || this.#player.isPlaying) {
      return this.#player?.pause();
    }
    const from = this.at < this.seconds ? this.at : 0;
    this.tell(this.#player.isThere ? "" : fetching);
    try {
      await this.#player.play(from, unplayable);
      this.tell("");
    } catch (error) {
      this.#tellOf(error);
    }
  }

  destroy(): void {
    this.#life.abort();
    cancelAnimationFrame(this.#frame);
    this.#picture?.destroy();
    this.#picture = this.#marks = this.#player = null;
    this.element.classList.remove("drawn");
  }

  #seek(seconds: number): void {
    this.#player?.seek(seconds);
    this.#drawTime(seconds);
  }

  #tellOf(error: unknown): void {
    this.tell(error instanceof Error ? error.message : String(error));
  }

  // --- what is seen --------------------------------------------------------------------------

  #drawButton = (): void => {
    const { play, pause } = this.words;
    label(this.#play, this.isPlaying ? pause : play);
    this.#icon.setAttribute("d", this.isPlaying ? icons.pause : icons.play);
    cancelAnimationFrame(this.#frame);
    if (this.isPlaying) {
      this.#follow();
    } else if (this.#player?.hasEnded) {
      this.#drawTime(0);
      if (this.loops) void this.toggle();
    }
  };

  #follow = (): void => {
    const at = this.#player?.time ?? 0;
    const [start, end] = this.loop ?? [0, Infinity];
    const isOver = this.loops && (at >= end || at < start);
    isOver ? this.#seek(start) : this.#drawTime(at);
    this.#frame = requestAnimationFrame(this.#follow);
  };

  #drawTime(seconds: number): void {
    const at = Math.min(Math.max(0, seconds), this.seconds);
    const [now, whole] = [clock(at), clock(this.seconds)];
    this.#position.value = String(at);
    this.#position.setAttribute("aria-valuetext", fill(this.words.clip, now, whole));
    setText(this.#time, `${now} / ${whole}`);
    this.#picture?.progress(at);
  }
}

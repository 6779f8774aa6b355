// The player of a clip: its waveform with the labelled regions, and playback, looped on request.

import { TakeAudio } from "../player/audio";
import { channelForTake, requestPeaks, type TakeInfo } from "../player/requests";
import type * as waveform from "../player/waveform";
import type { Waveform } from "../player/waveform";
import { button, clock, element, icons, label, setText, svg } from "../ui/dom";
import { fill } from "../ui/format";
import { loadAsset } from "../wire/assets";
import { DEFAULT_RETRY, type Channel } from "../wire/request";
import type * as regions from "./regions";
import type { LabelledRegion, RegionEditor, RegionListener } from "./regions";
import type { AnnotatorStrings } from "./strings";

export class ClipPlayer {
  #icon = svg("path", { d: icons.play });
  #play = button("play", this.#icon);
  #canvas = element("div", "canvas");
  #position = element("input", "position");
  #time = element("span", "time");
  readonly element = element("div", "tape", this.#play, this.#canvas, this.#position, this.#time);

  /** Whether the playback repeats: the region `loop`, or else the whole clip. */
  loops = false;
  /** The start and the end of the selected region, in seconds. */
  loop: [number, number] | null = null;

  #life = new AbortController();
  #info: TakeInfo | null = null;
  #audio: TakeAudio | null = null;
  #waveform: Waveform | null = null;
  #editor: RegionEditor | null = null;
  #frame = 0;

  constructor(
    readonly channel: Channel,
    readonly strings: AnnotatorStrings,
    readonly listener: RegionListener,
    /** Shows a status text; an empty one clears it. */
    readonly showStatus: (text: string) => void,
  ) {
    Object.assign(this.#position, { type: "range", min: "0", step: "any", value: "0" });
    this.#position.setAttribute("aria-label", strings.position);
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
    return this.#info?.seconds ?? 0;
  }

  /** In seconds. */
  get position(): number {
    return this.#position.valueAsNumber;
  }

  get isPlaying(): boolean {
    return this.#audio?.isPlaying ?? false;
  }

  get regions(): LabelledRegion[] {
    return this.#editor?.regions ?? [];
  }

  /** Load a clip. Resolves when its waveform is drawn and its regions can be edited. */
  async load(take: string, info: TakeInfo): Promise<void> {
    this.destroy();
    this.#life = new AbortController();
    const { signal } = this.#life;
    const channel = channelForTake(this.channel, take);
    const playable = { channel, info: () => info, watch: () => () => {} };
    this.#info = info;
    this.#audio = new TakeAudio(playable, signal, this.#drawButton);
    this.#drawButton(); // the previous clip may have been playing
    this.#position.max = String(info.seconds);
    this.#drawTime(0);
    const retry = { ...DEFAULT_RETRY, signal };
    try {
      const [{ draw }, { editRegions }, peaks] = await Promise.all([
        loadAsset<typeof waveform>(this.channel, "waveform", retry),
        loadAsset<typeof regions>(this.channel, "regions", retry),
        requestPeaks(channel, signal),
      ]);
      signal.throwIfAborted();
      const { color, outlineColor } = getComputedStyle(this.#canvas);
      this.#waveform = draw(this.#canvas, peaks, info.seconds, {
        wave: color,
        played: outlineColor,
      });
      await this.#waveform.drawn;
      signal.throwIfAborted();
      const colors = { region: "rgb(25 118 210 / 20%)", selected: "rgb(237 108 2 / 35%)" };
      this.#editor = editRegions(this.#waveform, colors, this.listener);
      this.element.classList.add("drawn");
    } catch (error) {
      if (!signal.aborted) this.#showError(error);
      throw error;
    }
  }

  show(regions: LabelledRegion[], selected: number): void {
    this.#editor?.show(regions, selected);
  }

  async toggle(): Promise<void> {
    const { unplayable, fetching } = this.strings;
    if (this.#audio === null || this.#audio.isPlaying) {
      return this.#audio?.pause();
    }
    const from = this.position < this.seconds ? this.position : 0;
    this.showStatus(this.#audio.isLoaded ? "" : fetching);
    try {
      await this.#audio.play(from, unplayable);
      this.showStatus("");
    } catch (error) {
      this.#showError(error);
    }
  }

  destroy(): void {
    this.#life.abort();
    cancelAnimationFrame(this.#frame);
    this.#waveform?.destroy();
    this.#waveform = this.#editor = this.#audio = null;
    this.element.classList.remove("drawn");
  }

  #seek(seconds: number): void {
    this.#audio?.seek(seconds);
    this.#drawTime(seconds);
  }

  #showError(error: unknown): void {
    this.showStatus(error instanceof Error ? error.message : String(error));
  }

  // --- drawing -------------------------------------------------------------------------------

  #drawButton = (): void => {
    const { play, pause } = this.strings;
    label(this.#play, this.isPlaying ? pause : play);
    this.#icon.setAttribute("d", this.isPlaying ? icons.pause : icons.play);
    cancelAnimationFrame(this.#frame);
    if (this.isPlaying) {
      this.#follow();
    } else if (this.#audio?.hasEnded) {
      this.#drawTime(0);
      if (this.loops) void this.toggle();
    }
  };

  #follow = (): void => {
    const at = this.#audio?.time ?? 0;
    const [start, end] = this.loop ?? [0, Infinity];
    const isOutside = this.loops && (at >= end || at < start);
    if (isOutside) {
      this.#seek(start);
    } else {
      this.#drawTime(at);
    }
    this.#frame = requestAnimationFrame(this.#follow);
  };

  #drawTime(seconds: number): void {
    const at = Math.min(Math.max(0, seconds), this.seconds);
    const [now, total] = [clock(at), clock(this.seconds)];
    this.#position.value = String(at);
    this.#position.setAttribute("aria-valuetext", fill(this.strings.clip, now, total));
    setText(this.#time, `${now} / ${total}`);
    this.#waveform?.progress(at);
  }
}

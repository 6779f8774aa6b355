// The sound of a take: fetched from Python when it is played, and not before.

import { askFile, type Shown } from "./requests";

export class Player {
  #audio = new Audio();
  #source: Promise<void> | null = null;

  /** `changed` is called when it begins to play, pauses or ends. */
  constructor(
    readonly shown: Shown,
    readonly life: AbortSignal,
    readonly changed: () => void,
  ) {
    for (const event of ["play", "pause", "ended"]) {
      this.#audio.addEventListener(event, changed, { signal: life });
    }
    life.addEventListener("abort", () => {
      this.#audio.pause();
      URL.revokeObjectURL(this.#audio.src);
    });
  }

  get isPlaying(): boolean {
    return !this.#audio.paused;
  }

  get hasEnded(): boolean {
    return this.#audio.ended;
  }

  get time(): number {
    return this.#audio.currentTime;
  }

  /** Whether the sound is there, and need not be fetched. */
  get isThere(): boolean {
    return this.#audio.readyState > 0;
  }

  /**
   * Play, the first time from `from`, unless it is paused or left meanwhile; throws `unplayable`
   * where the browser cannot.
   */
  play(from: number, unplayable: string): Promise<void> {
    return this.#play(from, unplayable).catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === "AbortError")) {
        throw error;
      }
    });
  }

  async #play(from: number, unplayable: string): Promise<void> {
    this.#source ??= this.#fetch(from, unplayable);
    await this.#source.catch((error: unknown) => {
      this.#source = null;
      throw error;
    });
    if (!this.life.aborted) {
      await this.#audio.play();
    }
  }

  pause(): void {
    this.#audio.pause();
  }

  seek(seconds: number): void {
    if (this.isThere) {
      this.#audio.currentTime = seconds;
    }
  }

  async #fetch(from: number, unplayable: string): Promise<void> {
    const audio = this.#audio;
    const form = audio.canPlayType(this.shown.facts().mime_type) === "" ? "wav" : "own";
    const { blob } = await askFile(this.shown.channel, { kind: "audio", form }, this.life);
    await new Promise<void>((resolve, reject) => {
      audio.onloadedmetadata = () => resolve();
      audio.onerror = () => reject(new Error(unplayable));
      audio.src = URL.createObjectURL(blob);
    });
    audio.currentTime = from;
  }
}

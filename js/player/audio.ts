// The sound of a take: fetched from Python when it is played, and not before.

import { requestFile, type PlayableTake } from "./requests";

export class TakeAudio {
  #audio = new Audio();
  #source: Promise<void> | null = null;

  /** `onChange` is called when it begins to play, pauses or ends. */
  constructor(
    readonly take: PlayableTake,
    readonly signal: AbortSignal,
    readonly onChange: () => void,
  ) {
    for (const event of ["play", "pause", "ended"]) {
      this.#audio.addEventListener(event, onChange, { signal });
    }
    signal.addEventListener("abort", () => {
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

  /** Whether the sound has been fetched. */
  get isLoaded(): boolean {
    return this.#audio.readyState > 0;
  }

  /**
   * Play, the first time from second `from`; throws `unplayable` where the browser cannot. A pause
   * while it is fetched is no failure.
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
    if (!this.signal.aborted) {
      await this.#audio.play();
    }
  }

  pause(): void {
    this.#audio.pause();
  }

  seek(seconds: number): void {
    if (this.isLoaded) {
      this.#audio.currentTime = seconds;
    }
  }

  async #fetch(from: number, unplayable: string): Promise<void> {
    const audio = this.#audio;
    const form = audio.canPlayType(this.take.info().mime_type) === "" ? "wav" : "own";
    const { blob } = await requestFile(this.take.channel, { kind: "audio", form }, this.signal);
    await new Promise<void>((resolve, reject) => {
      audio.onloadedmetadata = () => resolve();
      audio.onerror = () => reject(new Error(unplayable));
      audio.src = URL.createObjectURL(blob);
    });
    audio.currentTime = from;
  }
}

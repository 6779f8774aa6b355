// The playback of a take. Its bytes are fetched from Python at the first play, not before.

import { requestFile, type PlayableTake } from "./requests";

export class TakeAudio {
  #audio = new Audio();
  #source: Promise<void> | null = null;

  /** Calls `onChange` when the playback starts, pauses or ends. */
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

  /** Whether the audio has been fetched and can be sought. */
  get isLoaded(): boolean {
    return this.#audio.readyState > 0;
  }

  /**
   * Play. The first call fetches the audio and starts at `from` seconds. Throws an error with the
   * text `unplayable` if the browser cannot play it. A pause during the fetch is not an error.
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

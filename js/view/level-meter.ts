// The level of a stream, measured on request.

const FLOOR_DB = -60;

export class LevelMeter {
  #context = new AudioContext();
  #analyser = new AnalyserNode(this.#context, { fftSize: 2048 });
  #window = new Float32Array(this.#analyser.fftSize);

  constructor(stream: MediaStream) {
    this.#context.createMediaStreamSource(stream).connect(this.#analyser);
  }

  /** The peak amplitude of the last 2048 samples, about 40 ms. */
  peak(): number {
    this.#analyser.getFloatTimeDomainData(this.#window);
    let peak = 0;
    for (const value of this.#window) {
      peak = Math.max(peak, Math.abs(value));
    }
    return Math.min(1, peak);
  }

  close(): void {
    void this.#context.close();
  }

  /** Map an amplitude to a scale of decibels: 0 is -60 dB or less, 1 is full scale. */
  static level(peak: number): number {
    const decibels = 20 * Math.log10(Math.max(peak, 1e-9));
    return Math.min(1, Math.max(0, 1 - decibels / FLOOR_DB));
  }
}

// The level of a stream, from silence to full scale. Costs nothing unless it is asked.

const FLOOR_DB = -60;

export class LevelMeter {
  #context = new AudioContext();
  #analyser = new AnalyserNode(this.#context, { fftSize: 2048 });
  #window = new Float32Array(this.#analyser.fftSize);

  constructor(stream: MediaStream) {
    this.#context.createMediaStreamSource(stream).connect(this.#analyser);
  }

  /** The peak of the last 40 ms on a scale of decibels: 0 is silence, 1 full scale. */
  read(): number {
    this.#analyser.getFloatTimeDomainData(this.#window);
    const peak = this.#window.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const decibels = 20 * Math.log10(Math.max(peak, 1e-9));
    return Math.min(1, Math.max(0, 1 - decibels / FLOOR_DB));
  }

  close(): void {
    void this.#context.close();
  }
}

// The duration of a recording, without its pauses.

export class Stopwatch {
  #elapsed = 0;
  #since: number | null = null;

  get seconds(): number {
    const running = this.#since === null ? 0 : performance.now() - this.#since;
    return (this.#elapsed + running) / 1000;
  }

  start(): void {
    this.#since ??= performance.now();
  }

  pause(): void {
    this.#elapsed = 1000 * this.seconds;
    this.#since = null;
  }
}

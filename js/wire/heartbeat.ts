// Signs of life, both ways: the page's, by which Python knows that it still records; and the
// kernel's, without which the page gives up what it records and releases the microphone.

import type { AnyModel } from "@anywidget/types";

const CHECK_MS = 1_000;
/** Longer than bytes are gathered, so that letters are signs of life enough. */
const BEAT_MS = 3_000;
/** How long an acknowledgement waits for a message that carries it besides. */
const ACKNOWLEDGE_MS = 250;
// How long a recording outlives its kernel: where the host has reported that the kernel is gone, and
// where the kernel is merely silent, since it may be busy.
const GONE_MS = 30_000;
const SILENT_MS = 15 * 60_000;

export class Heartbeat {
  #interval: ReturnType<typeof setInterval> | undefined;
  #acknowledgement: ReturnType<typeof setTimeout> | undefined;
  #sentAt = 0;
  #receivedAt = performance.now();
  #goneAt: number | null = null;

  /** `beat` sends a message, whatever it is; `onExpired` is called when the kernel is given up. */
  constructor(
    readonly model: AnyModel,
    readonly beat: () => void,
    readonly onExpired: () => void,
  ) {
    model.on("comm_live_update", this.#onKernelGone);
  }

  /** Whether the host has reported that the kernel is gone. */
  get isKernelGone(): boolean {
    return this.#goneAt !== null;
  }

  /** Beat as long as this is `wanted`: Python gives up a page that is silent. */
  keepAlive(wanted: boolean): void {
    if (!wanted) {
      clearInterval(this.#interval);
      this.#interval = undefined;
    } else {
      this.#interval ??= setInterval(() => this.#check(), CHECK_MS);
    }
  }

  /** Every message acknowledges commands; if none goes soon, a beat does. */
  acknowledgeSoon(): void {
    this.#acknowledgement ??= setTimeout(this.beat, ACKNOWLEDGE_MS);
  }

  onSent(): void {
    clearTimeout(this.#acknowledgement);
    this.#acknowledgement = undefined;
    this.#sentAt = performance.now();
  }

  onReceived(): void {
    this.#receivedAt = performance.now();
  }

  /** A kernel is there, this one or the next. */
  onConnected(): void {
    this.onReceived();
    this.#goneAt = null;
  }

  destroy(): void {
    this.keepAlive(false);
    clearTimeout(this.#acknowledgement);
    this.model.off("comm_live_update", this.#onKernelGone);
  }

  #check(): void {
    const now = performance.now();
    const grace = this.#goneAt === null ? SILENT_MS : GONE_MS;
    if (now - Math.max(this.#receivedAt, this.#goneAt ?? 0) > grace) {
      this.onExpired();
    } else if (now - this.#sentAt >= BEAT_MS) {
      this.beat();
    }
  }

  /** JupyterLab's event when a kernel restarts, dies, or cannot be reached any more. */
  #onKernelGone = (): void => {
    this.#goneAt = performance.now();
  };
}

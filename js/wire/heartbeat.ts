// The heartbeats of a connection. The page's show Python that it is still recording. When the
// kernel is silent for too long, the page abandons its recording and releases the microphone.

import type { AnyModel } from "@anywidget/types";

const CHECK_MS = 1_000;
/** Longer than a batch of bytes, so that the letters of a recording serve as heartbeats. */
const BEAT_MS = 3_000;
/** How long the acknowledgement of a command waits for another message to carry it. */
const ACKNOWLEDGE_MS = 250;
/** How long a recording continues after the host has reported that the kernel is gone. */
const GONE_MS = 30_000;
/** How long it continues while the kernel is silent, since a busy kernel is silent, too. */
const SILENT_MS = 15 * 60_000;

export class Heartbeat {
  #interval: ReturnType<typeof setInterval> | undefined;
  #acknowledgement: ReturnType<typeof setTimeout> | undefined;
  #sentAt = 0;
  #receivedAt = performance.now();
  #goneAt: number | null = null;

  /** `beat` sends any message; `onExpired` is called when the page gives up the kernel. */
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

  /** Start or stop the heartbeats: Python gives up a recording page that is silent. */
  keepAlive(wanted: boolean): void {
    if (!wanted) {
      clearInterval(this.#interval);
      this.#interval = undefined;
    } else {
      this.#interval ??= setInterval(() => this.#check(), CHECK_MS);
    }
  }

  /** Every message acknowledges commands. Send a heartbeat if no other message is sent soon. */
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

  /** A kernel is connected: the same one, or a new one. */
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

  /** JupyterLab fires this event when a kernel restarts, dies or becomes unreachable. */
  #onKernelGone = (): void => {
    this.#goneAt = performance.now();
  };
}

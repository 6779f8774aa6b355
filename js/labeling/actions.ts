// What can be done in a session, and when.

import type { Buttons } from "./buttons";
import type { Scene } from "./scene";

export type SessionDeed =
  "agree" | "leaveRoom" | "accept" | "again" | "skip" | "undo" | "askSkipped";

/** In the order of the buttons. */
export const DEEDS: SessionDeed[] = [
  "agree",
  "leaveRoom",
  "accept",
  "again",
  "skip",
  "undo",
  "askSkipped",
];

/** `busy`: the recorder is at work; `labelled`: a label is chosen, or none is needed. */
export function offer(
  buttons: Buttons<SessionDeed>,
  { phase, findings, skipped }: Scene,
  busy: boolean,
  labelled: boolean,
): void {
  const isRefused = findings.some(({ refused }) => refused);
  const asks = phase === "ask" || phase === "judged";
  buttons.offer("agree", phase === "consent", true);
  buttons.offer("leaveRoom", phase === "room", !busy);
  buttons.offer("accept", phase === "judged", !busy && !isRefused && labelled);
  buttons.offer("again", phase === "judged", !busy);
  buttons.offer("skip", asks, !busy);
  buttons.offer("undo", asks || phase === "done", !busy);
  buttons.offer("askSkipped", phase === "done" && skipped > 0, true);
}

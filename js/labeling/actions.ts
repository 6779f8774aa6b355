// The actions of a session, and when each is possible. Twin of labeling/actions.py.

import type { Buttons } from "./buttons";
import type { Scene } from "./scene";

export type SessionAction =
  "agree" | "leaveRoom" | "accept" | "again" | "skip" | "undo" | "askSkipped";

/** In the order of the buttons. */
export const ACTIONS: SessionAction[] = [
  "agree",
  "leaveRoom",
  "accept",
  "again",
  "skip",
  "undo",
  "askSkipped",
];

/** `isBusy`: a recording is in progress; `isLabelled`: a label is chosen, or none is required. */
export function updateActions(
  buttons: Buttons<SessionAction>,
  { phase, findings, skipped }: Scene,
  isBusy: boolean,
  isLabelled: boolean,
): void {
  const isRefused = findings.some(({ refused }) => refused);
  const isPrompting = phase === "ask" || phase === "judged";
  buttons.update("agree", phase === "consent", true);
  buttons.update("leaveRoom", phase === "room", !isBusy);
  buttons.update("accept", phase === "judged", !isBusy && !isRefused && isLabelled);
  buttons.update("again", phase === "judged", !isBusy);
  buttons.update("skip", isPrompting, !isBusy);
  buttons.update("undo", isPrompting || phase === "done", !isBusy);
  buttons.update("askSkipped", phase === "done" && skipped > 0, true);
}

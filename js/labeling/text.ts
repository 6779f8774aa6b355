// The table of all that a person reads in a session; see view/text.ts.

import type { Name } from "./buttons";

export type SessionWords = {
  session: string;
  consent: string;
  agree: string;
  /** Before the first prompt, for the noise of the room. */
  room: string;
  leaveRoom: string;
  roomIsFine: string;
  /** What the prompt is, for those who cannot see it. */
  prompt: string;
  image: string;
  sound: string;
  lost: string;
  speak: string;
  /** The same where a prompt is recorded several times. */
  speakTake: string;
  good: string;
  trim: string;
  labels: string;
  note: string;
  accept: string;
  again: string;
  skip: string;
  undo: string;
  progress: string;
  skipped: string;
  allDone: string;
  onlySkipped: string;
  askSkipped: string;
  /** What a button's key is called; empty where it has none. */
  keys: Record<Name, string>;
};

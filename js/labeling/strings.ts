// The table of all that a person reads in a session; see view/text.ts.

import type { SessionDeed } from "./actions";

export type AnnotatorDeed = "save" | "back" | "next" | "loop" | "remove";

export type LabelingWords = { session: SessionWords; annotator: AnnotatorWords };

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
  keys: Record<SessionDeed, string>;
};

export type AnnotatorWords = {
  annotator: string;
  clip: string;
  play: string;
  pause: string;
  position: string;
  drag: string;
  unlabelled: string;
  labels: string;
  labelOfPart: string;
  progress: string;
  fetching: string;
  unplayable: string;
  keys: Record<AnnotatorDeed, string>;
} & Record<AnnotatorDeed, string>;

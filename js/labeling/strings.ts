// The types of the tables of strings of a session and an annotator; see view/strings.ts.

import type { SessionAction } from "./actions";

export type AnnotatorAction = "save" | "back" | "next" | "loop" | "remove";

export type LabelingStrings = { session: SessionStrings; annotator: AnnotatorStrings };

export type SessionStrings = {
  session: string;
  consent: string;
  agree: string;
  /** Shown before the first prompt, while the noise of the room is recorded. */
  room: string;
  leaveRoom: string;
  roomIsFine: string;
  /** Accessible names of the prompt, its image and its sound. */
  prompt: string;
  image: string;
  sound: string;
  lost: string;
  speak: string;
  /** The same if a prompt is recorded more than once. */
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
  /** The name of each button's key; empty if it has none. */
  keys: Record<SessionAction, string>;
};

export type AnnotatorStrings = {
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
  keys: Record<AnnotatorAction, string>;
} & Record<AnnotatorAction, string>;

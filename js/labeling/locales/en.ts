// The texts of the labelling views, in English.

import type { AnnotatorStrings, LabelingStrings, SessionStrings } from "../strings";

const session: SessionStrings = {
  session: "Collecting clips",
  consent: "Agree if you want to be recorded.",
  agree: "I agree",
  room: "First the room: press record and be quiet for two seconds.",
  leaveRoom: "Go on",
  roomIsFine: "The room is quiet enough.",
  prompt: "What to say",
  image: "Picture of what to say",
  sound: "Listen first",
  lost: "Waiting for the recorder",
  speak: "Press record, or the space bar, and say it.",
  speakTake: "Take {0} of {1}: press record, or the space bar, and say it.",
  good: "That was good.",
  trim: "Cut off the silence",
  labels: "Label",
  note: "Note",
  accept: "Accept",
  again: "Again",
  skip: "Skip",
  undo: "Undo",
  progress: "{0} of {1}",
  skipped: "{0} skipped",
  allDone: "All done. Thank you!",
  onlySkipped: "Only the skipped prompts are left.",
  askSkipped: "Ask them again",
  keys: {
    agree: "",
    leaveRoom: "Enter",
    accept: "Enter",
    again: "R",
    skip: "S",
    undo: "U",
    askSkipped: "Enter",
  },
};

const annotator: AnnotatorStrings = {
  annotator: "Labelling clips",
  clip: "{0} of {1}",
  play: "Play",
  pause: "Pause",
  position: "Position",
  drag: "Choose a label for the clip. To label a part, drag over it, or press I and O while it plays; then choose its label.",
  unlabelled: "A part has no label yet.",
  labels: "Label of the clip",
  labelOfPart: "Label of the part",
  progress: "{0} labelled",
  fetching: "Fetching the clip from the kernel …",
  unplayable: "This browser cannot play the clip.",
  save: "Save",
  back: "Back",
  next: "Next",
  loop: "Loop",
  remove: "Remove",
  keys: { save: "Enter", back: "B", next: "N", loop: "L", remove: "Del" },
};

export const english: LabelingStrings = { session, annotator };

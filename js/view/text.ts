// Every word that the recorder's view shows: a translation is another table.

import type { Op } from "../protocol";
import type { Phase } from "../recorder";

export const phases: Record<Phase, string> = {
  waiting: "Waiting for the kernel",
  inactive: "Ready",
  asking: "The browser is asking for the microphone",
  recording: "Recording",
  paused: "Paused",
  stopping: "Finishing",
};

export const operations: Record<Op, string> = {
  start: "Record",
  stop: "Stop",
  pause: "Pause",
  resume: "Resume",
  request_data: "Request data",
};

export const recorder = "Recorder";
export const elapsed = "Elapsed time";
export const level = "Level";
export const elsewhere = "in another page";
export const unsent = (megabytes: string) => `${megabytes} MB on the way to the kernel`;
export const badge = "Microphone is live";

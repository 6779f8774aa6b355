// Every word that the recorder's view shows: a translation is another table.

import type { Difference } from "../differences";
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

export const differences: Record<Difference["name"], (on: boolean) => string> = {
  echoCancellation: (on) =>
    on ? "The browser cancels echo, unasked." : "The browser does not cancel echo, as was asked.",
  noiseSuppression: (on) =>
    on ? "The browser suppresses noise, unasked." : "The browser does not suppress noise.",
  autoGainControl: (on) =>
    on ? "The browser controls the gain, unasked." : "The browser does not control the gain.",
};

export const microphone = "Microphone";
export const defaultMicrophone = "Default microphone";
export const tone = (hertz: number[]) => `Tone of ${hertz.join(" and ")} Hz`;
export const recorder = "Recorder";
export const elapsed = "Elapsed time";
export const level = "Level";
export const elsewhere = "in another page";
export const unsent = (megabytes: string) => `${megabytes} MB on the way to the kernel`;
export const badge = "Microphone is live";

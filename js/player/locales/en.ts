// The texts of the player, in English.

import type { PlayerStrings } from "../strings";

export const english: PlayerStrings = {
  take: "Recording",
  play: "Play",
  pausePlaying: "Pause",
  position: "Position",
  positionOf: "{0} of {1}",
  download: "Download",
  fetching: "Fetching the recording from the kernel …",
  empty: "The recording contains no sound.",
  unplayable: "This browser cannot play the recording. Download it, or use take.save(…).",
  unanswered: "The kernel does not answer. Is it running?",
  span: "span",
  mono: "mono",
  stereo: "stereo",
  channels: "{0} channels",
  kilohertz: "{0} kHz",
  interrupted: "interrupted: {0}",
  interruptions: {
    "page gone": "the page was closed",
    "track ended": "the microphone went away",
    "kernel gone": "the kernel went away",
    "memory full": "the browser's memory was full",
    error: "the browser failed",
  },
};

// How to make a recording: the options of the welcome, and the arguments of start().

import type { Options } from "../wire/protocol";
import type { SilenceDetector } from "./silence-detector";

/** The arguments of start(): a timeslice in milliseconds, and a duration in seconds. */
export type StartRequest = { take: string; timeslice: number | null; seconds: number | null };

export type Setup = {
  options: Options;
  request: StartRequest;
  /** Null if the limits do not include silence. */
  Detector: typeof SilenceDetector | null;
};

// How to make a recording.

import type { Options } from "../wire/protocol";
import type { SilenceDetector } from "./silence-detector";

/** What start() asks for: milliseconds of timeslice, seconds after which it stops by itself. */
export type StartRequest = { take: string; timeslice: number | null; seconds: number | null };

export type Setup = {
  /** Those of the welcome. */
  options: Options;
  request: StartRequest;
  /** Null where no limit names silence. */
  Detector: typeof SilenceDetector | null;
};

// Differences between the requested and the actual processing of a track. Browsers, devices and
// other code in the page cause them.

import type { Settings, Source } from "../wire/protocol";

const PROCESSING = ["echoCancellation", "noiseSuppression", "autoGainControl"] as const;

/** Processing that is on although it was requested to be off, or the reverse. */
export type Mismatch = { name: (typeof PROCESSING)[number]; on: boolean };

/** The mismatches of a track's settings. A setting that the browser does not report is ignored. */
export function mismatches(source: Source, settings: Settings): Mismatch[] {
  if (source.kind !== "microphone") {
    return [];
  }
  return PROCESSING.flatMap((name) => {
    const [requested, on] = [source.constraints[name], settings[name]];
    return typeof requested === "boolean" && typeof on === "boolean" && requested !== on
      ? [{ name, on }]
      : [];
  });
}

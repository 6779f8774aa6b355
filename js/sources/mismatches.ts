// What a track does that it was not asked to: browsers, devices and other code in the page may do so.

import type { Settings, Source } from "../wire/protocol";

const PROCESSING = ["echoCancellation", "noiseSuppression", "autoGainControl"] as const;

/** Processing that is on though it was to be off, or the other way round. */
export type Mismatch = { name: (typeof PROCESSING)[number]; on: boolean };

/** A setting that a browser does not give is no mismatch. */
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

// What a track does other than it was asked: browsers, devices and other code in the page may do so.

import type { Settings, Source } from "../wire/protocol";

const PROCESSING = ["echoCancellation", "noiseSuppression", "autoGainControl"] as const;

/** A processing that is on though it was asked to be off, or the other way round. */
export type Difference = { name: (typeof PROCESSING)[number]; on: boolean };

/** What a browser does not tell is not known to differ. */
export function differences(source: Source, settings: Settings): Difference[] {
  if (source.kind !== "microphone") {
    return [];
  }
  return PROCESSING.flatMap((name) => {
    const [asked, on] = [source.constraints[name], settings[name]];
    return typeof asked === "boolean" && typeof on === "boolean" && asked !== on
      ? [{ name, on }]
      : [];
  });
}

// Opens what a recorder records: each kind of source has a file of its own.

import { assertNever, type Source } from "../wire/protocol";
import { openMicrophone } from "./microphone";
import type { OpenSource } from "./stream";
import type * as tone from "./tone";

/** Open `source`; throws the browser's own DOMException when it may not or cannot. */
export async function openSource(
  source: Source,
  loadTone: () => Promise<typeof tone>,
): Promise<OpenSource> {
  switch (source.kind) {
    case "microphone":
      return openMicrophone(source.device, source.constraints);
    case "tone":
      return (await loadTone()).openTone(source.frequencies, source.level, source.sample_rate);
    default:
      return assertNever(source);
  }
}

// Opens the source of a recorder. Each kind of source has its own file.

import { assertNever, type Source } from "../wire/protocol";
import { openMicrophone } from "./microphone";
import type { OpenSource } from "./stream";
import type * as tone from "./tone";

/** Open `source`; throws the browser's DOMException if that is not allowed or fails. */
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

// A stream that is open, and what every source does with one.

import type { Settings } from "../wire/protocol";

export type OpenSource = {
  stream: MediaStream;
  settings: Settings;
  /** Releases the microphone, or ends the tones. */
  close: () => void;
};

/** What the track really does; it can differ from the request. */
export function settingsOf(stream: MediaStream): Settings {
  const [track] = stream.getAudioTracks();
  if (track === undefined) {
    return {};
  }
  const scalars = Object.entries(track.getSettings()).filter(([, value]) =>
    ["string", "number", "boolean"].includes(typeof value),
  );
  return { ...Object.fromEntries(scalars), label: track.label };
}

/** Ends every track of `stream`, also those that are removed or added later. */
export function stopper(stream: MediaStream): () => void {
  const opened = stream.getTracks();
  return () => [...opened, ...stream.getTracks()].forEach((track) => track.stop());
}

// An open source, and helpers for its stream that all sources share.

import type { Settings } from "../wire/protocol";

export type OpenSource = {
  stream: MediaStream;
  settings: Settings;
  /** Releases the microphone, or ends the tones. */
  close: () => void;
};

/** The audio track's label and its actual settings, which can differ from the requested ones. */
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

/** Return a function that stops every track of `stream`, including those removed or added later. */
export function stopper(stream: MediaStream): () => void {
  const opened = stream.getTracks();
  return () => [...opened, ...stream.getTracks()].forEach((track) => track.stop());
}

// The standard's attributes of a MediaRecorder, in the form of a snapshot.

import type { AnyModel } from "@anywidget/types";

import type { Options, Snapshot } from "../wire/protocol";

export type Attributes = Omit<Snapshot, "state">;

/** The attributes of a native recorder. Firefox lacks one (bug: no audioBitrateMode). */
export function attributesOf(native: MediaRecorder, options: Options): Attributes {
  return {
    mime_type: native.mimeType,
    audio_bits_per_second: native.audioBitsPerSecond,
    video_bits_per_second: native.videoBitsPerSecond,
    audio_bitrate_mode: options.recorder.audioBitrateMode ?? "variable",
  };
}

/** The attributes before the welcome, from the model's traits. */
export function attributesOfModel(model: AnyModel): Attributes {
  return {
    mime_type: model.get("mime_type") as string,
    audio_bits_per_second: model.get("audio_bits_per_second") as number,
    video_bits_per_second: model.get("video_bits_per_second") as number,
    audio_bitrate_mode: model.get("audio_bitrate_mode") as Attributes["audio_bitrate_mode"],
  };
}

// The usual MIME types. A page reports in its hello which of them it supports.

/** The codecs of each container. */
const CONTAINERS = {
  "audio/webm": "opus pcm vorbis",
  "audio/ogg": "opus vorbis flac",
  "audio/mp4": "opus mp4a.40.2 mp4a.40.5 mp4a.67 alac flac pcm",
  "audio/x-matroska": "opus pcm",
  "audio/wav": "pcm 1",
  "audio/wave": "pcm",
  "audio/mpeg": "mp3",
  "audio/mp3": "",
  "audio/aac": "",
  "audio/flac": "",
  "video/webm": "opus pcm vp8 vp9 av1 vp8,opus vp9,opus av1,opus",
  "video/mp4": "opus mp4a.40.2 avc1,opus avc1,mp4a.40.2 vp9,opus",
  "video/x-matroska": "opus pcm vp8,opus vp9,opus avc1,opus",
};

/** The result of `MediaRecorder.isTypeSupported` for each usual type, by normalized name. */
export function supportedTypes(): Record<string, boolean> {
  const names = Object.entries(CONTAINERS).flatMap(([container, codecs]) => [
    container,
    ...(codecs.match(/\S+/g) ?? []).map((codec) => `${container};codecs=${codec}`),
  ]);
  return Object.fromEntries(names.map((name) => [name, isTypeSupported(name)]));
}

/** Like `MediaRecorder.isTypeSupported`; false in a page without MediaRecorder. */
export function isTypeSupported(mimeType: string): boolean {
  return typeof MediaRecorder !== "undefined" && MediaRecorder.isTypeSupported(mimeType);
}

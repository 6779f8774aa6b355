// The tracks of a stream: their end, and their mute.

/** Call `onEnd` when all tracks have ended (bug: a recorder goes on when its permission is taken back). */
export function watchEnd(stream: MediaStream, onEnd: () => void): void {
  const onTrackEnd = () => {
    if (stream.getTracks().every(({ readyState }) => readyState === "ended")) {
      onEnd();
    }
  };
  for (const track of stream.getTracks()) {
    track.addEventListener("ended", onTrackEnd);
  }
}

/** Call `onMute` for each track that is muted, now or later. */
export function watchMute(stream: MediaStream, onMute: () => void): void {
  for (const track of stream.getTracks()) {
    track.addEventListener("mute", onMute);
    if (track.muted) {
      onMute();
    }
  }
}

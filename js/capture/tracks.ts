// What happens to the tracks of a stream: they end, or they are muted.

/** Call `onEnd` when all have ended (bug: a recorder goes on when its permission is taken back). */
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

/** Call `onMute` for each that is muted, now or later. */
export function watchMute(stream: MediaStream, onMute: () => void): void {
  for (const track of stream.getTracks()) {
    track.addEventListener("mute", onMute);
    if (track.muted) {
      onMute();
    }
  }
}

// Replaces the microphone with one that plays short tones in silence, at known times. A native
// recorder with a timeslice of 100 ms records the same stream for comparison.
async ({ count, first, every }) => {
  const context = new AudioContext({ sampleRate: 48_000 });
  await context.resume();
  const output = context.createMediaStreamDestination();
  const tone = new OscillatorNode(context, { frequency: 1000 });
  const gain = new GainNode(context, { gain: 0 });
  tone.connect(gain).connect(output);
  tone.start();

  const devices = navigator.mediaDevices;
  const getUserMedia = devices.getUserMedia;
  const epoch = () => (performance.timeOrigin + performance.now()) / 1000;
  const sounds = [];
  const slices = [];
  let native;

  // `currentTime` advances in steps, so the offset to the epoch is the smallest difference seen.
  let ahead = Infinity;
  const watch = setInterval(() => (ahead = Math.min(ahead, epoch() - context.currentTime)), 5);

  devices.getUserMedia = async () => {
    for (let n = 0; n < count; n++) {
      // 37.1 ms: avoids a constant phase relative to slices and blocks.
      const at = context.currentTime + first + n * (every + 0.0371);
      gain.gain.setValueAtTime(0.5, at).setValueAtTime(0, at + 0.05);
      sounds.push(at);
    }
    native = new MediaRecorder(output.stream);
    native.ondataavailable = ({ data }) => slices.push({ data, at: epoch() });
    native.start(100);
    return output.stream.clone();
  };

  window.live = {
    async end() {
      clearInterval(watch);
      devices.getUserMedia = getUserMedia;
      const stopped = new Promise((resolve) => (native.onstop = resolve));
      native.stop();
      await stopped;
      void context.close();
      const reader = new FileReader();
      const read = new Promise((resolve) => (reader.onload = resolve));
      reader.readAsDataURL(new Blob(slices.map(({ data }) => data)));
      await read;
      return {
        sounds: sounds.map((at) => at + ahead),
        slices: slices.map(({ data, at }) => [data.size, at]),
        bytes: reader.result.slice(reader.result.indexOf(",") + 1),
      };
    },
  };
};

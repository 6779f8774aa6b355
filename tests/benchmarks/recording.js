// Records with the browser's own MediaRecorder and keeps its slices. At `window.recording`.
(() => {
  const chunks = [];
  const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  let native;

  window.recording = {
    async start(timeslice) {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: raw });
      native = new MediaRecorder(stream);
      native.ondataavailable = ({ data }) => chunks.push(data);
      const started = new Promise((resolve) => (native.onstart = resolve));
      native.start(timeslice);
      await started;
    },
    /** Stops the recorder and returns the sizes of its slices. */
    async stop() {
      const stopped = new Promise((resolve) => (native.onstop = resolve));
      native.stop();
      await stopped;
      return chunks.map(({ size }) => size);
    },
    /** Returns all bytes in base64. */
    async bytes() {
      const reader = new FileReader();
      const read = new Promise((resolve) => (reader.onload = resolve));
      reader.readAsDataURL(new Blob(chunks));
      await read;
      return reader.result.slice(reader.result.indexOf(",") + 1);
    },
  };
})();

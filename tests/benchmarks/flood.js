// Replaces the page's MediaRecorder with a fake that delivers `parts` blobs of `size` bytes at
// once, and stops.
([parts, size]) => {
  const native = window.MediaRecorder;
  const noise = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(noise.subarray(at, at + 65_536));

  window.MediaRecorder = class extends StandIn {
    start() {
      this.state = "recording";
      setTimeout(() => this.#deliver());
    }
    #deliver() {
      flood.began = (performance.timeOrigin + performance.now()) / 1000;
      this.fire("start");
      for (let n = 0; n < parts; n++)
        this.fire("dataavailable", { data: new Blob([noise]), timecode: 250 * n });
      this.stop();
    }
    stop() {
      this.state = "inactive";
      this.fire("stop");
    }
  };
  window.flood = { began: 0, end: () => (window.MediaRecorder = native) };
};

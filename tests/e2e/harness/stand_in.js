// In every page: what a test puts in the place of the browser's MediaRecorder extends this.
window.StandIn = class {
  static isTypeSupported = () => true;
  state = "inactive";
  mimeType = "audio/webm;codecs=opus";
  audioBitsPerSecond = 128_000;
  videoBitsPerSecond = 0;

  fire(type, more) {
    this["on" + type]?.(Object.assign(new Event(type), more));
  }
};

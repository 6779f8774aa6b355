// In every page: the base class of the fakes with which tests replace the browser's MediaRecorder.
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

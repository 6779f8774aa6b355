// The texts of the recorder's views, in English.

import type { RecorderStrings } from "../strings";

const REFUSED = "The microphone was refused.";
const AGAIN = "Then press record again.";

export const english: RecorderStrings = {
  recorder: "Recorder",
  microphone: "Microphone",
  defaultMicrophone: "Default microphone",
  tone: "Tone of {0} Hz",
  and: "{0} and {1}",
  unrequested: {
    echoCancellation: "The browser cancels echo, although it was not asked to.",
    noiseSuppression: "The browser suppresses noise, although it was not asked to.",
    autoGainControl: "The browser controls the gain, although it was not asked to.",
  },
  unfulfilled: {
    echoCancellation: "The browser does not cancel echo, although it was asked to.",
    noiseSuppression: "The browser does not suppress noise, although it was asked to.",
    autoGainControl: "The browser does not control the gain, although it was asked to.",
  },
  buttons: { start: "Record", stop: "Stop", pause: "Pause", resume: "Resume" },
  phases: {
    waiting: "Waiting for the kernel",
    inactive: "Ready",
    asking: "The browser is asking for the microphone",
    recording: "Recording",
    paused: "Paused",
    stopping: "Finishing",
  },
  elsewhere: { recording: "Recording in another page", paused: "Paused in another page" },
  allow: "Choose “Allow” when the browser asks.",
  test: "Test",
  testLong: "Test the microphone",
  endTest: "Stop the test",
  testing: "Testing, not recording",
  elapsed: "Elapsed time",
  level: "Level",
  unsent: "{0} on the way to the kernel",
  kilobytes: "{0} kB",
  megabytes: "{0} MB",
  badge: "Microphone is live",
  lost: "This recorder is not connected to the page: run its cell again.",
  troubles: {
    denied: `${REFUSED} Allow it in the browser's settings for this site. ${AGAIN}`,
    deniedChromium: `${REFUSED} Click the icon at the left end of the address bar and switch Microphone on. ${AGAIN}`,
    deniedFirefox: `${REFUSED} Click the crossed-out microphone in the address bar and remove the block. ${AGAIN}`,
    deniedSafari: `${REFUSED} Open “Settings for this website” in the address bar's menu and allow Microphone. ${AGAIN}`,
    dismissed:
      "The browser's question was closed without an answer. Press record, and choose Allow.",
    system: `The operating system keeps the microphone from the browser. Allow it in the system's privacy settings. ${AGAIN}`,
    frame:
      'This page is in a frame that may not use the microphone. Open it in a tab of its own, or put allow="microphone" on the <iframe>.',
    header:
      "The server of this page blocks the microphone. Remove microphone=() from the Permissions-Policy header that it sends.",
    webview:
      "VS Code gives its notebooks no microphone. Open this notebook in JupyterLab or Notebook 7, in a browser.",
    insecure:
      "This page is not secure, so the browser gives it no microphone. Open it over https:// or at localhost; for a remote server, forward its port: ssh -L 8888:localhost:8888 HOST.",
    missing: `No microphone was found. Connect one. ${AGAIN}`,
    busy: `The microphone is there, but it cannot be opened. Close other programs that use it. ${AGAIN}`,
    silent: "The browser keeps this page silent until you click in it. Press record again.",
    muted: "The microphone is muted, and silence is recorded. Unmute it; the recording goes on.",
    kept: "This browser keeps a recording that was cut off: mediarecorder.recover() retrieves it.",
    limit: "The recording has reached its limit and has ended by itself. It is kept.",
  },
};

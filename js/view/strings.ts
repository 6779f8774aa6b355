// The type of the recorder's table of strings. A translation is a table in a file of its own, which
// locales/index.ts lists. {0}, {1}, … are placeholders for values.

import type { Phase } from "../recorder/recorder";
import type { Mismatch } from "../sources/mismatches";
import type { Pressed } from "../wire/protocol";

/** The operation of a button. */
export type Button = "start" | Pressed;

/** The problems for which the page has sentences of its own. For all others it shows Python's. */
export type Trouble =
  | "denied"
  | "deniedChromium"
  | "deniedFirefox"
  | "deniedSafari"
  | "dismissed"
  | "system"
  | "frame"
  | "header"
  | "webview"
  | "insecure"
  | "missing"
  | "busy"
  | "silent"
  | "muted"
  | "kept"
  | "limit";

export type RecorderStrings = {
  recorder: string;
  microphone: string;
  defaultMicrophone: string;
  tone: string;
  and: string;
  /** Processing that the browser applies without a request. */
  unrequested: Record<Mismatch["name"], string>;
  /** Requested processing that the browser does not apply. */
  unfulfilled: Record<Mismatch["name"], string>;
  buttons: Record<Button, string>;
  phases: Record<Phase, string>;
  elsewhere: Record<"recording" | "paused", string>;
  /** Shown while the browser's permission prompt is open. */
  allow: string;
  test: string;
  /** The accessible name of the button `test`; it begins with the visible label. */
  testLong: string;
  endTest: string;
  testing: string;
  elapsed: string;
  level: string;
  unsent: string;
  kilobytes: string;
  megabytes: string;
  badge: string;
  lost: string;
  troubles: Record<Trouble, string>;
};

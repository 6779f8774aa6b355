// The table of what a person reads of a recorder: its form. A translation is another table, in a
// file of its own; locales/index.ts lists them. Braces stand for the values: {0}, {1}.

import type { Phase } from "../recorder/recorder";
import type { Mismatch } from "../sources/mismatches";
import type { Pressed } from "../wire/protocol";

/** What a button of the recorder does. */
export type Button = "start" | Pressed;

/** What can be wrong and has a sentence of the page's; all else has Python's own sentences. */
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
  /** What the browser does that it was not asked to. */
  does: Record<Mismatch["name"], string>;
  doesNot: Record<Mismatch["name"], string>;
  buttons: Record<Button, string>;
  phases: Record<Phase, string>;
  elsewhere: Record<"recording" | "paused", string>;
  /** Beside the browser's prompt. */
  allow: string;
  test: string;
  /** The accessible name; it begins with the visible one. */
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

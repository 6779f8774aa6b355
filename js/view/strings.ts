// The table of what a person reads of a recorder: its form. A translation is another table, in a
// file of its own; locales/index.ts lists them. Braces stand for the values: {0}, {1}.

import type { Phase } from "../recorder/recorder";
import type { Difference } from "../sources/mismatches";
import type { Pressed } from "../wire/protocol";

/** What a button of the recorder does. */
export type Button = "start" | Pressed;

/** What can be wrong and has words of the page; all else Python says in sentences of its own. */
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

export type Words = {
  recorder: string;
  microphone: string;
  defaultMicrophone: string;
  tone: string;
  and: string;
  /** What the browser does other than it was asked. */
  does: Record<Difference["name"], string>;
  doesNot: Record<Difference["name"], string>;
  buttons: Record<Button, string>;
  phases: Record<Phase, string>;
  elsewhere: Record<"recording" | "paused", string>;
  /** Beside the question that the browser asks. */
  allow: string;
  test: string;
  /** The same for who cannot see where it stands; begins with it. */
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

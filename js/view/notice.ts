// What is wrong and what to do now, in a sentence. Python decides which notice is shown, since every
// fault goes there: it names the cause, and the page has sentences for the most frequent ones.

import type { MicrophoneAccess } from "../environment/access";
import { element, setText } from "../ui/dom";
import { toFault } from "../wire/fault";
import type { RecorderStrings, Trouble } from "./strings";

/** By the names of errors and of what ends a take; other causes are troubles of the same name. */
const TROUBLES: Partial<Record<string, Trouble>> = {
  NotAllowedError: "denied",
  SecurityError: "insecure",
  NotFoundError: "missing",
  NotReadableError: "busy",
  max_duration: "limit",
  max_bytes: "limit",
  silence: "limit",
};

/** These are no faults. */
const NEWS: (Trouble | null)[] = ["kept", "limit"];

/** Python's own sentence, and its cause. */
export type NoticeContent = { text: string; cause: string };

export class Notice {
  readonly element = element("p", "notice");

  constructor(readonly strings: RecorderStrings) {
    this.element.setAttribute("role", "alert");
  }

  draw({ text, cause }: NoticeContent): void {
    const { troubles } = this.strings;
    const named = TROUBLES[cause] ?? cause;
    const trouble = text !== "" && Object.hasOwn(troubles, named) ? (named as Trouble) : null;
    setText(this.element, trouble === null ? text : troubles[inBrowser(trouble)]);
    this.element.hidden = text === "";
    this.element.classList.toggle("news", NEWS.includes(trouble));
  }
}

/** The notice of an error of this page, as Python would give it. */
export function noticeOf(thrown: unknown): NoticeContent {
  const { name, message, cause } = toFault(thrown);
  return { text: message || name, cause: cause ?? name };
}

/** What is wrong with a page before it requests a microphone, as far as that is known. */
export function troubleOf({
  secure,
  webview,
  allowed,
  embedded,
}: MicrophoneAccess): Trouble | null {
  if (!secure) return "insecure";
  if (webview) return "webview";
  if (allowed === false) return embedded ? "frame" : "header";
  return null;
}

/** Each browser has its own way to undo a refusal. */
function inBrowser(trouble: Trouble, { userAgent } = navigator): Trouble {
  if (trouble !== "denied") return trouble;
  if (userAgent.includes("Firefox")) return "deniedFirefox";
  if (userAgent.includes("Chrom")) return "deniedChromium";
  return userAgent.includes("Safari") ? "deniedSafari" : "denied";
}

// The notice of a view: a sentence on what is wrong and what to do. Every fault goes to Python, so
// Python decides which notice is shown, and names its cause. For the most frequent causes, the page
// has sentences of its own.

import type { MicrophoneAccess } from "../environment/access";
import { element, setText } from "../ui/dom";
import { toFault } from "../wire/fault";
import type { RecorderStrings, Trouble } from "./strings";

/** By cause: the name of an error, or the limit that ended a take. Other causes name a trouble. */
const TROUBLES: Partial<Record<string, Trouble>> = {
  NotAllowedError: "denied",
  SecurityError: "insecure",
  NotFoundError: "missing",
  NotReadableError: "busy",
  max_duration: "limit",
  max_bytes: "limit",
  silence: "limit",
};

/** Notices that report no fault. */
const INFORMATION: (Trouble | null)[] = ["kept", "limit"];

/** The sentence that Python sends, and the cause. */
export type NoticeContent = { text: string; cause: string };

export class Notice {
  readonly element = element("p", "notice");

  constructor(readonly strings: RecorderStrings) {
    this.element.setAttribute("role", "alert");
  }

  draw({ text, cause }: NoticeContent): void {
    const { troubles } = this.strings;
    const name = TROUBLES[cause] ?? cause;
    const trouble = text !== "" && Object.hasOwn(troubles, name) ? (name as Trouble) : null;
    setText(this.element, trouble === null ? text : troubles[inBrowser(trouble)]);
    this.element.hidden = text === "";
    this.element.classList.toggle("information", INFORMATION.includes(trouble));
  }
}

/** The notice for an error of this page, in the form that Python would send. */
export function noticeOf(thrown: unknown): NoticeContent {
  const { name, message, cause } = toFault(thrown);
  return { text: message || name, cause: cause ?? name };
}

/** Why this page cannot open a microphone, if that is known before it requests one. */
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

/** Each browser has its own way to undo a denial. */
function inBrowser(trouble: Trouble, { userAgent } = navigator): Trouble {
  if (trouble !== "denied") return trouble;
  if (userAgent.includes("Firefox")) return "deniedFirefox";
  if (userAgent.includes("Chrom")) return "deniedChromium";
  return userAgent.includes("Safari") ? "deniedSafari" : "denied";
}

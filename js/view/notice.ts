// What is wrong and what to do now, in words for a person. Python decides what is told, for it hears
// of everything: it names the cause, and where the page has words for that, they are said here.

import type { Place } from "../environment/access";
import { element, setText } from "../ui/dom";
import { toFault } from "../wire/fault";
import type { Trouble, Words } from "./strings";

/** By the names of errors, and what ends a take; other causes are troubles of the same name. */
const TROUBLES: Partial<Record<string, Trouble>> = {
  NotAllowedError: "denied",
  SecurityError: "insecure",
  NotFoundError: "missing",
  NotReadableError: "busy",
  max_duration: "limit",
  max_bytes: "limit",
  silence: "limit",
};

/** These are news, and nothing is wrong. */
const NEWS: (Trouble | null)[] = ["kept", "limit"];

/** What Python has to tell: its own sentences, and what they are about. */
export type Told = { text: string; cause: string };

export class Notice {
  readonly element = element("p", "notice");

  constructor(readonly words: Words) {
    this.element.setAttribute("role", "alert");
  }

  draw({ text, cause }: Told): void {
    const { troubles } = this.words;
    const named = TROUBLES[cause] ?? cause;
    const trouble = text !== "" && Object.hasOwn(troubles, named) ? (named as Trouble) : null;
    setText(this.element, trouble === null ? text : troubles[ofBrowser(trouble)]);
    this.element.hidden = text === "";
    this.element.classList.toggle("news", NEWS.includes(trouble));
  }
}

/** An error of this page as Python would tell it. */
export function told(thrown: unknown): Told {
  const { name, message, cause } = toFault(thrown);
  return { text: message || name, cause: cause ?? name };
}

/** What is wrong with a page before anybody asks for a microphone, as far as it tells. */
export function wrongWith({ secure, webview, allowed, embedded }: Place): Trouble | null {
  if (!secure) return "insecure";
  if (webview) return "webview";
  if (allowed === false) return embedded ? "frame" : "header";
  return null;
}

/** How a refusal is undone, each browser has its own way. */
function ofBrowser(trouble: Trouble, { userAgent } = navigator): Trouble {
  if (trouble !== "denied") return trouble;
  if (/Firefox/.test(userAgent)) return "deniedFirefox";
  if (/Chrom/.test(userAgent)) return "deniedChromium";
  return /Safari/.test(userAgent) ? "deniedSafari" : "denied";
}

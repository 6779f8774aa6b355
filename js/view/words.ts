// The words of the recorder's views. A translation is a file, and a line here.

import { english } from "./english";
import { spoken } from "./language";
import type { Words } from "./text";

export const wordsOf = (document: Document): Words => spoken({ en: english }, document);

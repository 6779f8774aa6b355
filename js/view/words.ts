// Which table of words a view speaks: that of the page's language, if there is one.

import { english } from "./english";
import type { Words } from "./text";

/** By the first subtag of a language's name. A translation is a file, and a line here. */
const tables: Record<string, Words> = { en: english };

export function wordsOf({ documentElement }: Document): Words {
  const language = documentElement.lang || navigator.language;
  return tables[language.split("-")[0]?.toLowerCase() ?? ""] ?? english;
}

// Which table of words a session speaks; see view/words.ts.

import { english } from "./english";
import type { SessionWords } from "./text";

const tables: Record<string, SessionWords> = { en: english };

export function sessionWordsOf({ documentElement }: Document): SessionWords {
  const language = documentElement.lang || navigator.language;
  return tables[language.split("-")[0]?.toLowerCase() ?? ""] ?? english;
}

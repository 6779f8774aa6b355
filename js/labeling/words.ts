// Which table of words labelling speaks; see view/words.ts.

import { english } from "./english";
import type { LabelingWords } from "./text";

const tables: Record<string, LabelingWords> = { en: english };

export function wordsOf({ documentElement }: Document): LabelingWords {
  const language = documentElement.lang || navigator.language;
  return tables[language.split("-")[0]?.toLowerCase() ?? ""] ?? english;
}

// The words of the labelling views. A translation is a file, and a line here.

import { spoken } from "../view/language";
import { english } from "./english";
import type { LabelingWords } from "./text";

export const wordsOf = (document: Document): LabelingWords => spoken({ en: english }, document);

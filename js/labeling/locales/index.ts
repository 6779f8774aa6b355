// The words of the labelling views. A translation is a file, and a line here.

import { spoken } from "../../ui/locale";
import type { LabelingWords } from "../strings";
import { english } from "./en";

export const wordsOf = (document: Document): LabelingWords => spoken({ en: english }, document);

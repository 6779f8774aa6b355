// The words of the labelling views. A translation is a file, and a line here.

import { spoken } from "../../ui/locale";
import { english } from "./en";
import type { LabelingWords } from "../strings";

export const wordsOf = (document: Document): LabelingWords => spoken({ en: english }, document);

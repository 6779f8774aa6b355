// The tables of strings of the labelling views. A translation adds a file, and a line here.

import { tableFor } from "../../ui/locale";
import type { LabelingStrings } from "../strings";
import { english } from "./en";

export const stringsFor = (document: Document): LabelingStrings =>
  tableFor({ en: english }, document);

// The tables of strings of the recorder's views. A translation adds a file, and a line here.

import { tableFor } from "../../ui/locale";
import type { RecorderStrings } from "../strings";
import { english } from "./en";

export const stringsFor = (document: Document): RecorderStrings =>
  tableFor({ en: english }, document);

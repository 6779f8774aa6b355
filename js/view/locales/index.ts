// The words of the recorder's views. A translation is a file, and a line here.

import { english } from "./en";
import { spoken } from "../../ui/locale";
import type { Words } from "../strings";

export const wordsOf = (document: Document): Words => spoken({ en: english }, document);

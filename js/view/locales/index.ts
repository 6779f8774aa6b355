// The words of the recorder's views. A translation is a file, and a line here.

import { spoken } from "../../ui/locale";
import type { Words } from "../strings";
import { english } from "./en";

export const wordsOf = (document: Document): Words => spoken({ en: english }, document);

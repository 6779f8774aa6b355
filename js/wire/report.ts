import type { Letter } from "./protocol";

/** Reports a letter, with bytes; `arrived` is called when Python has it. */
export type Report = (letter: Letter, buffer?: ArrayBuffer, arrived?: () => void) => void;

import type { Letter } from "./protocol";

/** Reports a letter, with bytes; `onAcknowledged` is called when Python has it. */
export type Report = (letter: Letter, buffer?: ArrayBuffer, onAcknowledged?: () => void) => void;

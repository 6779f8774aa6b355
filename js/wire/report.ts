import type { Letter } from "./protocol";

/** Sends a letter, with or without bytes; `onAcknowledged` is called when Python has it. */
export type Report = (letter: Letter, buffer?: ArrayBuffer, onAcknowledged?: () => void) => void;

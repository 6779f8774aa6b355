// What a session shows at one moment: twin of labeling/scene.py; and the actions that Python takes.

export type Scene = {
  /** Python ignores an action of an earlier step. */
  step: number;
  phase: "consent" | "room" | "ask" | "judged" | "done";
  consent: string;
  /** The prompt's id. */
  prompt: string;
  text: string;
  /** An address, "file" for what Python has, or nothing. */
  image: string;
  sound: string;
  take: number;
  takes: number;
  done: number;
  total: number;
  skipped: number;
  labels: string[];
  findings: { sentence: string; refused: boolean }[];
  /** Whether there is a verdict, of the take or of the room. */
  judged: boolean;
  /** The start and the end in seconds without the silence around. */
  trim: [number, number] | null;
  notice: string;
};

export type Action =
  | { op: "agree" | "skip" | "undo" | "ask_skipped" | "leave_room" }
  | { op: "accept"; label: string; note: string; trim: boolean };

// What a session shows at one moment: twin of labeling/scene.py; and what its buttons tell Python.

export type Scene = {
  /** Python does only what is pressed in the scene that it has. */
  step: number;
  phase: "consent" | "room" | "ask" | "judged" | "done";
  consent: string;
  /** Its id. */
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
  /** From and to in seconds, where silence could be cut off. */
  trim: [number, number] | null;
  notice: string;
};

export type Deed =
  | { op: "agree" | "skip" | "undo" | "ask_skipped" | "leave_room" }
  | { op: "accept"; label: string; note: string; trim: boolean };

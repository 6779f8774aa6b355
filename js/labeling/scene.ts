// The state that a session shows, and the actions that it sends. Twin of labeling/scene.py.

export type Scene = {
  /** Python ignores an action that names an earlier step. */
  step: number;
  phase: "consent" | "room" | "ask" | "judged" | "done";
  consent: string;
  /** The prompt's id. */
  prompt: string;
  text: string;
  /** The image, and the sound: a URL, "file" if Python sends the bytes, or an empty string. */
  image: string;
  sound: string;
  take: number;
  takes: number;
  done: number;
  total: number;
  skipped: number;
  labels: string[];
  findings: { sentence: string; refused: boolean }[];
  /** Whether there is a verdict on the take or on the room. */
  judged: boolean;
  /** The start and the end of the take without the silence around it, in seconds. */
  trim: [number, number] | null;
  notice: string;
};

export type Action =
  | { op: "agree" | "skip" | "undo" | "ask_skipped" | "leave_room" }
  | { op: "accept"; label: string; note: string; trim: boolean };

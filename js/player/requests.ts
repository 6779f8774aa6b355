// What a take's player knows from Python, what it asks, and how it reads the answers.

import {
  ask,
  bytesOf,
  field,
  USUAL,
  type Channel,
  type Listener,
  type Patience,
} from "../wire/request";

/** What Python says of a take: the traits of display.TakeView, the recorder's `_shown`. */
export type Facts = {
  seconds: number;
  mime_type: string;
  sample_rate: number | null;
  channels: number | null;
  interrupted: string;
  span: boolean;
  /** False where nobody wants it decoded just for its picture. */
  waveform?: boolean;
};

/** A take, as its player needs it. */
export type Shown = {
  channel: Channel;
  facts: () => Facts;
  /** Call `changed` when the facts are others; returns how to stop that. */
  watch: (changed: () => void) => () => void;
};

export type Question =
  | { kind: "peaks" }
  /** The bytes to play: the take's own, or those of a WAV that plays everywhere. */
  | { kind: "audio"; form: "own" | "wav" }
  /** The bytes to download, with their name. */
  | { kind: "file" };

export type File = { name: string; blob: Blob };

/** Asks about the take `id` only; answers about another one are not for it. */
export function aboutTake(channel: Channel, id: string): Channel {
  const listeners = new Map<Listener, Listener>();
  return {
    send: (question) => channel.send({ ...(question as object), take: id }),
    on: (event, listener) => {
      const ours: Listener = (content, buffers) => {
        if ([undefined, id].includes(field(content, "take") as string | undefined)) {
          listener(content, buffers);
        }
      };
      listeners.set(listener, ours);
      channel.on(event, ours);
    },
    off: (event, listener) => {
      channel.off(event, listeners.get(listener)!);
      listeners.delete(listener);
    },
  };
}

/** Megabytes take their time: asking again too soon would send them twice. */
const FOR_BYTES: Patience = { again: 20_000, atMost: 300_000 };

/** The loudest sample in each stretch of the take, in [0, 1]. */
export function askPeaks(channel: Channel, until: AbortSignal): Promise<Float32Array> {
  const read = (bytes: Uint8Array) => new Float32Array(bytes.slice().buffer);
  return put(channel, { kind: "peaks" }, { ...USUAL, until }, read);
}

export function askFile(channel: Channel, question: Question, until: AbortSignal): Promise<File> {
  return put(channel, question, { ...FOR_BYTES, until }, (bytes, content) => {
    const type = String(field(content, "type") ?? "");
    return { name: String(field(content, "name") ?? "take"), blob: new Blob([bytes], { type }) };
  });
}

function put<T>(
  channel: Channel,
  question: Question,
  patience: Patience,
  read: (bytes: Uint8Array<ArrayBuffer>, content: unknown) => T,
): Promise<T> {
  const readAnswer = (content: unknown, buffers: DataView[]): T | undefined => {
    if (field(content, "kind") === "error" && field(content, "about") === question.kind) {
      throw new Error(String(field(content, "text")));
    }
    const bytes = field(content, "kind") === question.kind ? bytesOf(buffers[0]) : undefined;
    return bytes && read(bytes, content);
  };
  return ask(channel, question, readAnswer, patience);
}

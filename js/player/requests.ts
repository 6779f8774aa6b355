// What a player knows of a take, what it requests from Python, and how it parses the replies.

import {
  bytesOf,
  DEFAULT_RETRY,
  field,
  request,
  textField,
  type Channel,
  type Listener,
  type RetryPolicy,
} from "../wire/request";

/** What Python says of a take: the traits of its widget, and the recorder's `_shown`. */
export type TakeInfo = {
  seconds: number;
  mime_type: string;
  sample_rate: number | null;
  channels: number | null;
  interrupted: string;
  span: boolean;
  /** False where a waveform alone is no reason to decode it. */
  waveform?: boolean;
};

/** A take, as its player needs it. */
export type PlayableTake = {
  channel: Channel;
  info: () => TakeInfo;
  /** Call `onChange` when the info has changed; returns how to stop that. */
  watch: (onChange: () => void) => () => void;
};

export type TakeRequest =
  | { kind: "peaks" }
  /** The bytes to play: the take's own, or those of a WAV that plays everywhere. */
  | { kind: "audio"; form: "own" | "wav" }
  /** The bytes to download, with their name. */
  | { kind: "file" };

export type TakeFile = { name: string; blob: Blob };

/** A channel for the take `id` alone: it ignores the replies about another one. */
export function channelForTake(channel: Channel, id: string): Channel {
  const listeners = new Map<Listener, Listener>();
  return {
    send: (content) => channel.send({ ...(content as object), take: id }),
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
      const ours = listeners.get(listener);
      if (ours !== undefined) {
        channel.off(event, ours);
        listeners.delete(listener);
      }
    },
  };
}

/** Megabytes take their time: resent too soon, a request would get them twice. */
const FILE_RETRY: RetryPolicy = { interval: 20_000, timeout: 300_000 };

/** The loudest sample in each section of the take, in [0, 1]. */
export function requestPeaks(channel: Channel, signal: AbortSignal): Promise<Float32Array> {
  const parse = (bytes: Uint8Array) => new Float32Array(bytes.slice().buffer);
  return requestBytes(channel, { kind: "peaks" }, { ...DEFAULT_RETRY, signal }, parse);
}

export function requestFile(
  channel: Channel,
  content: TakeRequest,
  signal: AbortSignal,
): Promise<TakeFile> {
  return requestBytes(channel, content, { ...FILE_RETRY, signal }, (bytes, reply) => {
    const [name, type] = [textField(reply, "name") ?? "take", textField(reply, "type") ?? ""];
    return { name, blob: new Blob([bytes], { type }) };
  });
}

function requestBytes<T>(
  channel: Channel,
  content: TakeRequest,
  retry: RetryPolicy,
  parse: (bytes: Uint8Array<ArrayBuffer>, reply: unknown) => T,
): Promise<T> {
  const parseReply = (reply: unknown, buffers: DataView[]): T | undefined => {
    if (field(reply, "kind") === "error" && field(reply, "about") === content.kind) {
      throw new Error(String(field(reply, "text")));
    }
    const bytes = field(reply, "kind") === content.kind ? bytesOf(buffers[0]) : undefined;
    return bytes && parse(bytes, reply);
  };
  return request(channel, content, parseReply, retry);
}

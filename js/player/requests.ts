// The data of a take that a player shows, its requests to Python, and the parsing of the replies.

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

/** The properties of a take that Python sends: traits of its widget, or the recorder's `_shown`. */
export type TakeInfo = {
  seconds: number;
  mime_type: string;
  sample_rate: number | null;
  channels: number | null;
  interrupted: string;
  span: boolean;
  /** False if the take is not yet decoded, and is not to be decoded for its waveform alone. */
  waveform?: boolean;
};

/** The take of a player. */
export type PlayableTake = {
  channel: Channel;
  info: () => TakeInfo;
  /** Call `onChange` when the info has changed. Returns a function that ends this. */
  watch: (onChange: () => void) => () => void;
};

export type TakeRequest =
  | { kind: "peaks" }
  /** The bytes to play: the take's own, or a WAV file's, which every browser plays. */
  | { kind: "audio"; form: "own" | "wav" }
  /** The bytes to download, with a file name. */
  | { kind: "file" };

export type TakeFile = { name: string; blob: Blob };

/** Restrict `channel` to the take `id`: requests name it; replies about other takes are ignored. */
export function channelForTake(channel: Channel, id: string): Channel {
  const listeners = new Map<Listener, Listener>();
  return {
    send: (content) => channel.send({ ...(content as object), take: id }),
    on: (event, listener) => {
      const filtered: Listener = (content, buffers) => {
        if ([undefined, id].includes(field(content, "take") as string | undefined)) {
          listener(content, buffers);
        }
      };
      listeners.set(listener, filtered);
      channel.on(event, filtered);
    },
    off: (event, listener) => {
      const filtered = listeners.get(listener);
      if (filtered !== undefined) {
        channel.off(event, filtered);
        listeners.delete(listener);
      }
    },
  };
}

/** Megabytes take long to transfer. A request that is resent too early transfers them twice. */
const FILE_RETRY: RetryPolicy = { interval: 20_000, timeout: 300_000 };

/** Request the peak amplitude of each section of the take, in [0, 1]. */
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

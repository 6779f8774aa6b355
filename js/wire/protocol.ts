// The messages. Twin of wire/protocol.py, which explains them: both test suites load the same
// tests/data/messages.json.

export const VERSION = 1;
export const MAX_PART = 1 << 20;

export type State = "inactive" | "recording" | "paused";
export type Op = "start" | "stop" | "pause" | "resume" | "request_data";
export type Pressed = "stop" | "pause" | "resume";
export type EndedBy =
  | "stop"
  | "max_duration"
  | "max_bytes"
  | "silence"
  | "track ended"
  | "error"
  | "memory full"
  | "kernel gone";
/** Why a page may not record, or play, where more is known than the browser's error. */
export type Cause = "dismissed" | "frame" | "header" | "muted" | "silent" | "system" | "webview";
export type Fault = { name: string; message: string; cause: Cause | null };

export type Snapshot = {
  state: State;
  mime_type: string;
  audio_bits_per_second: number;
  video_bits_per_second: number;
  audio_bitrate_mode: "constant" | "variable";
};

/** What a page is asked to open. */
export type Source =
  | { kind: "microphone"; device: string | null; constraints: MediaTrackConstraints }
  | { kind: "tone"; frequencies: number[]; level: number; sample_rate: number };

/** When a take ends by itself: seconds, bytes, and seconds below a level in dBFS. */
export type Limits = {
  max_duration: number | null;
  max_bytes: number | null;
  stop_on_silence: [seconds: number, level: number] | null;
};

/** Who owns the takes in the browser's store, for which kernel, and whether that keeps a journal. */
export type Keeping = { kernel: string; person: string; notebook: string; journal: boolean };

/**
 * How to record: what `new MediaRecorder(stream, options)` takes, whether to decode here, and
 * whether Python has a listener while it records.
 */
export type Options = {
  source: Source;
  recorder: MediaRecorderOptions & { audioBitrateMode?: "constant" | "variable" };
  decode: boolean;
  live: boolean;
  limits: Limits;
  /** Bytes are to travel as base64: the host loses buffers. */
  packed: boolean;
  keeping: Keeping;
};

export type Command = {
  kind: "command";
  page: string;
  n: number;
  previous: number;
  op: Op;
  take: string | null;
  timeslice: number | null;
  seconds: number | null;
};

export type KernelMessage =
  | { kind: "welcome"; version: number; page: string; options: Options }
  | Command
  | { kind: "ack"; page: string; upto: number; probe: number | null }
  | { kind: "query"; page: string; mime_type: string }
  | { kind: "diagnose"; page: string; names: boolean }
  | { kind: "decode"; page: string; take: string; mime_type: string }
  | { kind: "seek"; page: string; anywhere: boolean }
  | { kind: "fetch"; page: string; take: string; first: number; most: number }
  | { kind: "forget"; page: string; take: string }
  | { kind: "lost"; page: string };

/** The facts of a page and its browser; null where they are unknown. */
export type Facts = {
  host: string | null;
  user_agent: string;
  secure: boolean;
  webview: boolean;
  embedded: boolean;
  visible: boolean;
  allowed: boolean | null;
  permission: "granted" | "denied" | "prompt" | null;
  microphones: number | null;
  names: string[] | null;
  media_devices: boolean;
  media_recorder: boolean;
  web_codecs: boolean;
  audio_context: boolean;
  web_locks: boolean;
  indexed_db: boolean;
  stored_bytes: number | null;
  storable_bytes: number | null;
};

export type Settings = Record<string, string | number | boolean | null>;

/** Sent once; a lost one is sent again in time, or does not matter any more. */
export type Note =
  | { kind: "hello"; version: number; types: Record<string, boolean> }
  | { kind: "note" }
  | { kind: "probe"; id: number }
  | { kind: "press"; op: Pressed }
  | { kind: "bye" }
  | { kind: "answer"; mime_type: string; supported: boolean }
  | { kind: "diagnosis"; facts: Facts };

/** A microphone, as its browser names it. */
export type Device = { id: string; name: string };

/** Arrives once, complete and in order: by the outbox. */
export type Letter =
  | { kind: "tried"; fault: Fault | null }
  | { kind: "devices"; devices: Device[] }
  | { kind: "chosen"; device: string | null }
  | { kind: "started"; take: string; at: number; settings: Settings }
  | { kind: "paused"; take: string }
  | { kind: "resumed"; take: string }
  | { kind: "data"; take: string }
  | { kind: "dataavailable"; take: string; mime_type: string; timecode: number | null }
  | { kind: "pcm"; take: string; sample_rate: number; channels: number }
  | { kind: "decoded"; take: string; decoding: string }
  | { kind: "failed"; take: string; fault: Fault }
  | {
      kind: "kept";
      take: string;
      at: number;
      mime_type: string;
      settings: Settings;
      seconds: number;
      ended_by: EndedBy | null;
      parts: number;
    }
  | { kind: "listed" }
  | { kind: "stretch"; take: string; first: number; next: number }
  | {
      kind: "stopped";
      take: string;
      ended_by: EndedBy;
      mime_type: string;
      timecode: number | null;
      seconds: number;
      decoding: string | null;
    };

/** The fields of every message of a page. */
export type Envelope = {
  page: string;
  clock: number;
  heard: number;
  done: number;
  snapshot: Snapshot;
  /** Where it is packed, the buffer. */
  bytes?: string;
};

export function assertNever(value: never): never {
  throw new Error(`This cannot be: ${JSON.stringify(value)}`);
}

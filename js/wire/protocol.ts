// The messages between a page and Python. Twin of wire/protocol.py, which documents them. The test
// suites of both load tests/data/messages.json.

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
/** Why a page may not record or play, where the page knows more than the browser's error says. */
export type Cause = "dismissed" | "frame" | "header" | "muted" | "silent" | "system" | "webview";
export type Fault = { name: string; message: string; cause: Cause | null };

export type Snapshot = {
  state: State;
  mime_type: string;
  audio_bits_per_second: number;
  video_bits_per_second: number;
  audio_bitrate_mode: "constant" | "variable";
};

/** The source that a page opens. */
export type Source =
  | { kind: "microphone"; device: string | null; constraints: MediaTrackConstraints }
  | { kind: "tone"; frequencies: number[]; level: number; sample_rate: number };

/** The limits at which a take ends: in seconds, in bytes, and in seconds below a level in dBFS. */
export type Limits = {
  max_duration: number | null;
  max_bytes: number | null;
  stop_on_silence: [seconds: number, level: number] | null;
};

/** The owner of the takes in the browser's store, the kernel, and whether it keeps a journal. */
export type Keeping = { kernel: string; person: string; notebook: string; journal: boolean };

/** How a page records. */
export type Options = {
  source: Source;
  /** The options of `new MediaRecorder(stream, options)`. */
  recorder: MediaRecorderOptions & { audioBitrateMode?: "constant" | "variable" };
  /** Whether the page decodes takes, for a kernel that cannot. */
  decode: boolean;
  /** Whether Python has listeners that need the data during a recording. */
  live: boolean;
  limits: Limits;
  /** Whether bytes travel as base64, because the host loses the buffers of messages. */
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

/** The properties of a page and its browser; null where unknown. */
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

/** Sent without acknowledgement: the next one makes up for a lost one, or it no longer matters. */
export type Note =
  | { kind: "hello"; version: number; types: Record<string, boolean> }
  | { kind: "note" }
  | { kind: "probe"; id: number }
  | { kind: "press"; op: Pressed }
  | { kind: "bye" }
  | { kind: "answer"; mime_type: string; supported: boolean }
  | { kind: "diagnosis"; facts: Facts };

/** A microphone, with the id and the name that the browser gives it. */
export type Device = { id: string; name: string };

/** Delivered once, complete and in order: see outbox.ts. */
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

/** The fields that every message of a page carries. */
export type Envelope = {
  page: string;
  /** The number of the message. */
  clock: number;
  /** The number of the last command that arrived. */
  heard: number;
  /** The number of the last command that was carried out. */
  done: number;
  snapshot: Snapshot;
  /** The buffer in base64, if the options say `packed`. */
  bytes?: string;
};

export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}

// The golden messages. The Python tests load the same file, so that the twins agree.

import { describe, expect, expectTypeOf, it } from "vitest";

import { Refusal, toFault } from "../../../js/wire/fault";
import { parseFor } from "../../../js/wire/parsing";
import {
  VERSION,
  type Envelope,
  type KernelMessage,
  type Letter,
  type Note,
} from "../../../js/wire/protocol";
import golden from "../../data/messages.json";

type PageMessage = (Note & Envelope) | (Letter & { seq: number } & Envelope);
type Kinds<M extends { kind: string }> = { [K in M["kind"]]: Extract<M, { kind: K }> };

const envelope: Envelope = {
  page: "page-1",
  clock: 12,
  heard: 3,
  done: 2,
  snapshot: {
    state: "recording",
    mime_type: "audio/webm;codecs=opus",
    audio_bits_per_second: 128_000,
    video_bits_per_second: 0,
    audio_bitrate_mode: "variable",
  },
};
const take = "take-1";
const mime_type = "audio/webm;codecs=opus";

/** A message of every kind that a page may send; the compiler checks that none is missing. */
const PAGE: Kinds<PageMessage> = {
  hello: {
    kind: "hello",
    page: "page-1",
    clock: 0,
    heard: 0,
    done: 0,
    snapshot: {
      state: "inactive",
      mime_type: "",
      audio_bits_per_second: 0,
      video_bits_per_second: 0,
      audio_bitrate_mode: "variable",
    },
    version: VERSION,
    types: { "audio/webm": true, "audio/webm;codecs=opus": true, "audio/mpeg": false },
  },
  note: { kind: "note", ...envelope },
  probe: { kind: "probe", id: 7, ...envelope },
  press: { kind: "press", op: "pause", ...envelope },
  bye: { kind: "bye", ...envelope },
  answer: { kind: "answer", mime_type: "audio/webm;codecs=pcm", supported: true, ...envelope },
  diagnosis: {
    kind: "diagnosis",
    facts: {
      host: "JupyterLab 4.6.6",
      user_agent: "Mozilla/5.0",
      secure: true,
      webview: false,
      embedded: false,
      visible: true,
      allowed: true,
      permission: "granted",
      microphones: 1,
      names: ["A microphone"],
      media_devices: true,
      media_recorder: true,
      web_codecs: true,
      audio_context: true,
      web_locks: true,
      indexed_db: true,
      stored_bytes: 0,
      storable_bytes: 10_000_000_000,
    },
    ...envelope,
  },
  tried: {
    kind: "tried",
    seq: 0,
    fault: { name: "NotSupportedError", message: "The type is not supported.", cause: null },
    ...envelope,
  },
  devices: {
    kind: "devices",
    seq: 1,
    devices: [{ id: "a1", name: "A microphone" }],
    ...envelope,
  },
  chosen: { kind: "chosen", seq: 2, device: "A microphone", ...envelope },
  started: {
    kind: "started",
    seq: 1,
    take,
    at: 1_764_000_000_000.25,
    settings: {
      autoGainControl: false,
      channelCount: 2,
      deviceId: "default",
      label: "A microphone",
      latency: 0.01,
      sampleRate: 44_100,
    },
    ...envelope,
  },
  paused: { kind: "paused", seq: 2, take, ...envelope },
  resumed: { kind: "resumed", seq: 3, take, ...envelope },
  data: { kind: "data", seq: 4, take, ...envelope },
  dataavailable: {
    kind: "dataavailable",
    seq: 5,
    take,
    mime_type,
    timecode: 0.5,
    ...envelope,
  },
  pcm: { kind: "pcm", seq: 6, take, sample_rate: 48_000, channels: 2, ...envelope },
  decoded: { kind: "decoded", seq: 9, take: "take-2", decoding: "done", ...envelope },
  failed: {
    kind: "failed",
    seq: 7,
    take,
    fault: { name: "NotAllowedError", message: "Permission dismissed", cause: "dismissed" },
    ...envelope,
  },
  stopped: {
    kind: "stopped",
    seq: 8,
    take,
    ended_by: "stop",
    mime_type,
    timecode: 250.5,
    seconds: 1.25,
    decoding: "done",
    ...envelope,
  },
  kept: {
    kind: "kept",
    seq: 10,
    take: "take-3",
    at: 1_764_000_000_000.25,
    mime_type,
    settings: { deviceId: "default", label: "A microphone", sampleRate: 44_100 },
    seconds: 12.5,
    ended_by: "kernel gone",
    parts: 50,
    ...envelope,
  },
  listed: { kind: "listed", seq: 11, ...envelope },
  stretch: { kind: "stretch", seq: 12, take: "take-3", first: 20, next: 50, ...envelope },
};

const keeping = {
  kernel: "kernel-1",
  person: "0123456789abcdef",
  notebook: "fedcba9876543210",
  journal: false,
};

const KERNEL: KernelMessage[] = [
  {
    kind: "welcome",
    version: VERSION,
    page: "page-1",
    options: {
      source: {
        kind: "microphone",
        device: "USB",
        constraints: {
          echoCancellation: true,
          noiseSuppression: true,
          autoGainControl: true,
          sampleRate: { exact: 48_000 },
          channelCount: { exact: 1 },
        },
      },
      recorder: {
        mimeType: mime_type,
        audioBitsPerSecond: 64_000,
        audioBitrateMode: "constant",
      },
      decode: true,
      live: true,
      limits: { max_duration: 600, max_bytes: 50_000_000, stop_on_silence: [30, -50] },
      packed: false,
      keeping,
    },
  },
  {
    kind: "welcome",
    version: VERSION,
    page: "page-1",
    options: {
      source: { kind: "tone", frequencies: [440, 1000], level: 0.25, sample_rate: 48_000 },
      recorder: { audioBitrateMode: "variable" },
      decode: false,
      live: false,
      limits: { max_duration: null, max_bytes: null, stop_on_silence: null },
      packed: false,
      keeping,
    },
  },
  {
    kind: "command",
    page: "page-1",
    n: 3,
    previous: 2,
    op: "start",
    take,
    timeslice: 1_000,
    seconds: 2.5,
  },
  {
    kind: "command",
    page: "page-1",
    n: 4,
    previous: 3,
    op: "stop",
    take: null,
    timeslice: null,
    seconds: null,
  },
  { kind: "ack", page: "page-1", upto: 4, probe: null },
  { kind: "ack", page: "page-1", upto: 5, probe: 7 },
  { kind: "query", page: "page-1", mime_type: "audio/webm;codecs=pcm" },
  { kind: "diagnose", page: "page-1", names: true },
  { kind: "decode", page: "page-1", take: "take-2", mime_type },
  { kind: "seek", page: "page-1", anywhere: false },
  { kind: "fetch", page: "page-1", take: "take-3", first: 20, most: 100 },
  { kind: "forget", page: "page-1", take: "take-3" },
  { kind: "lost", page: "page-1" },
];

describe("the golden messages", () => {
  it("of a page are complete, and match the types", () => {
    expect(Object.fromEntries(golden.page.map((message) => [message.kind, message]))).toEqual(PAGE);
    expect(golden.page).toHaveLength(Object.keys(PAGE).length);
  });

  it("of the kernel are complete, and match the types", () => {
    expect(golden.kernel).toEqual(KERNEL);
    const kinds: Record<KernelMessage["kind"], true> = {
      welcome: true,
      command: true,
      ack: true,
      query: true,
      diagnose: true,
      decode: true,
      seek: true,
      fetch: true,
      forget: true,
      lost: true,
    };
    expect(new Set(golden.kernel.map(({ kind }) => kind))).toEqual(new Set(Object.keys(kinds)));
  });

  it("of the kernel are accepted by the page that they name, and by no other", () => {
    expectTypeOf(parseFor).returns.toEqualTypeOf<KernelMessage | null>();
    for (const message of golden.kernel) {
      expect(parseFor(message, "page-1")).toBe(message);
      expect(parseFor(message, "page-2")).toBeNull();
    }
  });
});

it.each([
  ["nothing", null],
  ["undefined", undefined],
  ["text", "welcome"],
  ["a number", 3],
  ["a list", [{ kind: "welcome", page: "page-1" }]],
  ["an empty object", {}],
  ["no kind", { page: "page-1" }],
  ["an unknown kind", { kind: "shout", page: "page-1" }],
  ["another page's", { kind: "welcome", page: "page-2" }],
  ["no page", { kind: "welcome" }],
  ["an asset", golden.asset.answered],
  ["a page's own message", golden.page[1]],
  ["an inherited kind", { kind: "toString", page: "page-1" }],
])("not a message for this page: %s", (_, content) => {
  expect(parseFor(content, "page-1")).toBeNull();
});

/** The paths of all fields of a message, including nested ones. */
function* pathsOf(value: object, path: string[] = []): Generator<string[]> {
  for (const [name, inner] of Object.entries<unknown>({ ...value })) {
    yield [...path, name];
    if (typeof inner === "object" && inner !== null && name !== "constraints") {
      yield* pathsOf(inner, [...path, name]);
    }
  }
}

function replaced(message: object, path: string[], value: unknown): object {
  const copy = structuredClone(message) as Record<string, unknown>;
  const inner = path.slice(0, -1).reduce((at, name) => at[name] as typeof copy, copy);
  inner[path.at(-1)!] = value;
  return copy;
}

const INVALID = [NaN, Infinity, -1e7, 1e300, true, "x".repeat(5_000), {}, () => 0, Symbol("x")];

it("a message with one invalid field is refused", () => {
  const misjudged: unknown[] = [];
  for (const message of golden.kernel) {
    for (const path of pathsOf(message)) {
      for (const value of INVALID) {
        const [name] = path.slice(-1);
        const fits =
          (["decode", "live", "names", "journal", "anywhere", "packed"].includes(name!) &&
            value === true) ||
          (name === "constraints" && typeof value === "object") ||
          (name === "recorder" && typeof value === "object"); // every option is optional
        if ((parseFor(replaced(message, path, value), "page-1") !== null) !== fits) {
          misjudged.push([path, value]);
        }
      }
    }
  }
  expect(misjudged).toEqual([]);
});

it("a message that lacks a field is refused", () => {
  for (const message of golden.kernel) {
    for (const path of pathsOf(message)) {
      const optional = path.includes("recorder") && path.at(-1) !== "recorder";
      const inList = /^\d$/.test(path.at(-1)!);
      if (!optional && !inList) {
        expect(parseFor(replaced(message, path, undefined), "page-1"), path.join(".")).toBeNull();
      }
    }
  }
});

describe("a fault", () => {
  it.each<[string, unknown, string, string]>([
    ["a DOMException", new DOMException("No.", "NotAllowedError"), "NotAllowedError", "No."],
    ["an error", new TypeError("Not so."), "TypeError", "Not so."],
    ["text", "broken", "UnknownError", "broken"],
    ["nothing", undefined, "UnknownError", "undefined"],
  ])("from %s", (_, thrown, name, message) => {
    expect(toFault(thrown)).toEqual({ name, message, cause: null });
  });

  it("of a known cause names it", () => {
    const fault = { name: "NotAllowedError", message: "No.", cause: "frame" };
    expect(toFault(new Refusal("No.", "frame"))).toEqual(fault);
  });

  it("is no longer than the kernel accepts", () => {
    const long = "x".repeat(100_000);
    expect(toFault(new Error(long)).message.length).toBeLessThanOrEqual(1_000);
    expect(toFault(long).message.length).toBeLessThanOrEqual(1_000);
  });
});

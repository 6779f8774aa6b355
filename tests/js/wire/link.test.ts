// The page's end of the wire, with fake timers.

import type { AnyModel } from "@anywidget/types";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Link, type Listener } from "../../../js/wire/link";
import {
  VERSION,
  type Command,
  type Envelope,
  type Letter,
  type Note,
  type Options,
} from "../../../js/wire/protocol";

type Sent = (Note | (Letter & { seq: number })) & Envelope;

const snapshot = {
  state: "inactive",
  mime_type: "",
  audio_bits_per_second: 0,
  video_bits_per_second: 0,
  audio_bitrate_mode: "variable",
} as const;

let sent: Sent[];
let buffersSent: ArrayBuffer[][]; // of each message in `sent`
let deliver: ((content: unknown) => void) | undefined;
let reportDeath: (() => void) | undefined;
let windowListeners: Map<string, (event?: unknown) => void>;
let broken: boolean;
let executed: number[];
let listener: Listener;
let link: Link;

beforeEach(() => {
  vi.useFakeTimers();
  [sent, buffersSent, executed, windowListeners, broken] = [
    [],
    [],
    [],
    new Map<string, () => void>(),
    false,
  ];
  vi.stubGlobal("addEventListener", (event: string, f: () => void) =>
    windowListeners.set(event, f),
  );
  vi.stubGlobal("removeEventListener", (event: string) => windowListeners.delete(event));
  const model = {
    on: (name: string, f: () => void) =>
      name === "msg:custom" ? (deliver = f) : (reportDeath = f),
    off: (name: string) =>
      name === "msg:custom" ? (deliver = undefined) : (reportDeath = undefined),
    send: (content: Sent, _callbacks: unknown, buffers: ArrayBuffer[]) => {
      if (broken) throw new Error("The comm is closed.");
      sent.push(content);
      buffersSent.push(buffers);
    },
  };
  listener = {
    snapshot: () => snapshot,
    supportedTypes: () => ({}),
    isTypeSupported: () => true,
    diagnose: vi.fn(),
    onWelcome: vi.fn(),
    onCommand: ({ n }) => executed.push(n),
    onDecode: vi.fn(),
    onSeek: vi.fn(),
    onFetch: vi.fn(),
    onForget: vi.fn(),
    onReset: vi.fn(),
    onAcknowledged: vi.fn(),
    onPageHide: () => undefined,
  };
  link = new Link(model as unknown as AnyModel, listener);
});
afterEach(() => {
  link.destroy();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The longest delay of an acknowledgement. */
const ACKNOWLEDGE_MS = 250;

const page = () => sent.at(-1)!.page;
const kinds = () => sent.map(({ kind }) => kind);
const options: Options = {
  source: { kind: "tone", frequencies: [440], level: 0.1, sample_rate: 48_000 },
  recorder: {},
  decode: false,
  live: false,
  limits: { max_duration: null, max_bytes: null, stop_on_silence: null },
  packed: false,
  keeping: { kernel: "k", person: "p", notebook: "n", journal: false },
};
const welcome = (at = page(), more: Partial<Options> = {}) =>
  deliver?.({ kind: "welcome", version: VERSION, page: at, options: { ...options, ...more } });
const command = (n: number, previous: number, at = page()): Command => ({
  kind: "command",
  page: at,
  n,
  previous,
  op: "stop",
  take: null,
  timeslice: null,
  seconds: null,
});

describe("a hello", () => {
  it("waits until the page is idle, unless the page is hidden", () => {
    const idle: (() => void)[] = [];
    const document = { hidden: false };
    vi.stubGlobal("document", document);
    vi.stubGlobal("requestIdleCallback", (step: () => void) => idle.push(step));
    const hellos = () => kinds().filter((kind) => kind === "hello").length;
    const before = hellos();
    const model = link.model;
    const seen = new Link(model, listener);
    const closed = new Link(model, listener);
    closed.destroy();
    expect([hellos() - before, idle.length]).toEqual([0, 2]);
    idle.forEach((step) => step());
    expect(hellos() - before).toBe(1);
    document.hidden = true;
    const hidden = new Link(model, listener);
    expect([hellos() - before, idle.length]).toEqual([2, 2]);
    vi.advanceTimersByTime(500);
    expect(vi.getTimerCount()).toBe(3); // every link repeats its hello, except the closed one
    seen.destroy();
    hidden.destroy();
  });

  it("is repeated until the welcome, with exponential backoff", () => {
    const counts: number[] = [];
    for (let second = 0; second < 40; second++) {
      counts.push(sent.length);
      vi.advanceTimersByTime(1_000);
    }
    // At 0, 1, 3, 7 and 15 seconds, and then every 10 seconds.
    expect(counts.flatMap((count, at) => (count > (counts[at - 1] ?? 0) ? [at] : []))).toEqual([
      0, 1, 3, 7, 15, 25, 35,
    ]);
    welcome();
    vi.advanceTimersByTime(60_000);
    expect(new Set(kinds())).toEqual(new Set(["hello"]));
    expect(sent.length).toBe(counts.at(-1));
    expect(listener.onWelcome).toHaveBeenCalledTimes(1);
  });

  it("concerns one page: a welcome for another page is ignored", () => {
    welcome("another page");
    expect(listener.onWelcome).not.toHaveBeenCalled();
    expect(page()).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe("the bytes of a letter", () => {
  const bytes = new Uint8Array(100_000).map((_, n) => n);
  const letter: Letter = { kind: "data", take: "take" };

  it("are sent in a buffer", () => {
    welcome();
    link.post(letter, bytes.buffer);
    expect(buffersSent.at(-1)).toEqual([bytes.buffer]);
    expect(sent.at(-1)).not.toHaveProperty("bytes");
  });

  it("are sent as base64 if the kernel reports that its host loses buffers", () => {
    welcome(page(), { packed: true });
    link.post(letter, bytes.buffer);
    expect(buffersSent.at(-1)).toEqual([]);
    expect(sent.at(-1)!.bytes).toBe(Buffer.from(bytes).toString("base64"));
    link.note({ kind: "note" });
    expect(sent.at(-1)).not.toHaveProperty("bytes");
  });
});

describe("a command", () => {
  it("is executed once, however often it arrives, and acknowledged each time", () => {
    welcome();
    for (let n = 0; n < 3; n++) {
      deliver?.(command(1, 0));
      vi.advanceTimersByTime(ACKNOWLEDGE_MS);
    }
    expect(executed).toEqual([1]);
    expect(sent.slice(-3).map(({ kind, heard }) => [kind, heard])).toEqual([
      ["note", 1],
      ["note", 1],
      ["note", 1],
    ]);
  });

  it("is acknowledged by the next message, if there is one soon", () => {
    welcome();
    deliver?.(command(1, 0));
    link.done(1);
    expect(kinds()).toEqual(["hello"]);
    link.post({ kind: "tried", fault: null });
    expect(sent.at(-1)).toMatchObject({ kind: "tried", heard: 1, done: 1 });
    const { length } = sent;
    vi.advanceTimersByTime(ACKNOWLEDGE_MS);
    expect(sent).toHaveLength(length);
  });

  it("waits for the command before it, which Python repeats", () => {
    welcome();
    deliver?.(command(2, 1));
    vi.advanceTimersByTime(ACKNOWLEDGE_MS);
    expect(executed).toEqual([]);
    expect(sent.at(-1)!.heard).toBe(0);
    deliver?.(command(1, 0));
    deliver?.(command(2, 1));
    deliver?.(command(1, 0));
    vi.advanceTimersByTime(ACKNOWLEDGE_MS);
    expect(executed).toEqual([1, 2]);
    expect(sent.at(-1)!.heard).toBe(2);
  });

  it("may follow commands that went to another page", () => {
    welcome();
    deliver?.(command(7, 0));
    expect(executed).toEqual([7]);
  });

  it("is ignored before the welcome", () => {
    deliver?.(command(1, 0));
    expect(executed).toEqual([]);
    welcome();
    deliver?.(command(1, 0));
    expect(executed).toEqual([1]);
  });

  it("is reported as done, and the highest number done is kept", () => {
    welcome();
    link.done(3);
    link.done(0);
    link.note({ kind: "note" });
    expect(sent.at(-1)!.done).toBe(3);
  });
});

it("messages are numbered by `clock`, and letters by `seq`", () => {
  welcome();
  link.post({ kind: "tried", fault: null });
  link.note({ kind: "note" });
  link.post({ kind: "tried", fault: null });
  expect(sent.map(({ clock }) => clock)).toEqual([0, 1, 2, 3]);
  expect(sent.flatMap((message) => ("seq" in message ? [message.seq] : []))).toEqual([0, 1]);
});

it("keepAlive() sends notes until it is switched off", () => {
  welcome();
  link.keepAlive(true);
  link.keepAlive(true);
  vi.advanceTimersByTime(10_000);
  expect(kinds().filter((kind) => kind === "note")).toHaveLength(3);
  link.keepAlive(false);
  vi.advanceTimersByTime(60_000);
  expect(kinds().filter((kind) => kind === "note")).toHaveLength(3);
});

it("any message replaces the next note", () => {
  welcome();
  link.keepAlive(true);
  for (let n = 0; n < 5; n++) {
    vi.advanceTimersByTime(2_900);
    link.post({ kind: "data", take: "take" });
  }
  expect(kinds()).not.toContain("note");
});

it("a page that is closed sends its last data, then its bye", () => {
  listener.onPageHide = () => link.post({ kind: "data", take: "take" });
  windowListeners.get("pagehide")!();
  expect(kinds()).toEqual(["hello", "data", "bye"]);
});

it("a page restored from the browser's cache gets a new id after its bye", () => {
  const oldPage = page();
  windowListeners.get("pageshow")!({ persisted: false });
  expect(kinds()).toEqual(["hello"]);
  windowListeners.get("pagehide")!();
  windowListeners.get("pageshow")!({ persisted: true });
  expect(kinds()).toEqual(["hello", "bye", "hello"]);
  expect(page()).not.toBe(oldPage);
});

it("a page that Python has given up restarts with a new id, no commands and no letters", () => {
  welcome();
  const oldPage = page();
  deliver?.(command(4, 0));
  link.done(4);
  link.post({ kind: "tried", fault: null }, new ArrayBuffer(10));
  const before = sent.length;
  deliver?.({ kind: "lost", page: oldPage });
  expect(listener.onReset).toHaveBeenCalledTimes(1);
  expect(link.pending.recorded).toBe(0);
  expect(sent[before]).toMatchObject({ kind: "hello", heard: 0, done: 0 });
  expect(page()).not.toBe(oldPage);
  deliver?.(command(5, 4, oldPage));
  deliver?.(command(5, 0));
  expect(executed).toEqual([4]); // there is no welcome yet
  vi.advanceTimersByTime(3_000);
  expect(kinds().slice(before)).toEqual(["hello", "note", "hello", "hello"]);
  welcome();
  link.post({ kind: "tried", fault: null });
  expect(sent.at(-1)).toMatchObject({ kind: "tried", seq: 0 });
});

describe("a microphone whose kernel", () => {
  const resetsAfter = (seconds: number) => {
    vi.advanceTimersByTime(1_000 * seconds);
    return vi.mocked(listener.onReset).mock.calls.length;
  };

  it("is reported gone by JupyterLab is released after 30 s", () => {
    welcome();
    link.keepAlive(true);
    reportDeath?.();
    expect(resetsAfter(28)).toBe(0);
    expect(resetsAfter(6)).toBe(1);
  });

  it("sends a message after all stays open", () => {
    welcome();
    link.keepAlive(true);
    reportDeath?.();
    for (let minute = 0; minute < 5; minute += 1 / 3) {
      deliver?.({ kind: "ack", page: page(), upto: 0, probe: null });
      expect(resetsAfter(20)).toBe(0);
    }
  });

  it("is merely silent stays open for 15 minutes, since the kernel may be busy", () => {
    welcome();
    link.keepAlive(true);
    expect(resetsAfter(14 * 60)).toBe(0);
    expect(resetsAfter(2 * 60)).toBe(1);
  });
});

it("a closed comm breaks nothing; a probe finds the lost letter", () => {
  welcome();
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  broken = true;
  link.post({ kind: "tried", fault: null });
  expect(warn).toHaveBeenCalledTimes(1);
  broken = false;
  vi.advanceTimersByTime(1_000);
  const probe = sent.at(-1)!;
  expect(probe.kind).toBe("probe");
  deliver?.({ kind: "ack", page: page(), upto: 0, probe: "id" in probe && probe.id });
  expect(sent.at(-1)).toMatchObject({ kind: "tried", seq: 0 });
});

it("a destroyed link sends and receives nothing", () => {
  welcome();
  link.keepAlive(true);
  link.post({ kind: "tried", fault: null });
  const { length } = sent;
  link.destroy();
  link.note({ kind: "note" });
  vi.advanceTimersByTime(60_000);
  expect(sent).toHaveLength(length);
  expect(deliver).toBeUndefined();
  expect(windowListeners.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

// The page's end of the road, with a clock in the hands of the test.

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
let carried: ArrayBuffer[][]; // beside what was sent
let hear: ((content: unknown) => void) | undefined;
let die: (() => void) | undefined;
let windows: Map<string, (event?: unknown) => void>;
let broken: boolean;
let obeyed: number[];
let listener: Listener;
let link: Link;

beforeEach(() => {
  vi.useFakeTimers();
  [sent, carried, obeyed, windows, broken] = [[], [], [], new Map<string, () => void>(), false];
  vi.stubGlobal("addEventListener", (event: string, f: () => void) => windows.set(event, f));
  vi.stubGlobal("removeEventListener", (event: string) => windows.delete(event));
  const model = {
    on: (name: string, f: () => void) => (name === "msg:custom" ? (hear = f) : (die = f)),
    off: (name: string) => (name === "msg:custom" ? (hear = undefined) : (die = undefined)),
    send: (content: Sent, _callbacks: unknown, buffers: ArrayBuffer[]) => {
      if (broken) throw new Error("The comm is closed.");
      sent.push(content);
      carried.push(buffers);
    },
  };
  listener = {
    snapshot: () => snapshot,
    supportedTypes: () => ({}),
    isTypeSupported: () => true,
    diagnose: vi.fn(),
    onWelcome: vi.fn(),
    onCommand: ({ n }) => obeyed.push(n),
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

const SOON = 250; // ms, by which what has been heard and done is told

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
  hear?.({ kind: "welcome", version: VERSION, page: at, options: { ...options, ...more } });
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
  it("waits until the page has a moment, unless it is hidden", () => {
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
    expect(vi.getTimerCount()).toBe(3); // each says it again, but the one that was closed
    seen.destroy();
    hidden.destroy();
  });

  it("is said until the welcome, ever more rarely", () => {
    const said: number[] = [];
    for (let second = 0; second < 40; second++) {
      said.push(sent.length);
      vi.advanceTimersByTime(1_000);
    }
    // At 0, 1, 3, 7, 15 and then every 10 seconds.
    expect(said.flatMap((count, at) => (count > (said[at - 1] ?? 0) ? [at] : []))).toEqual([
      0, 1, 3, 7, 15, 25, 35,
    ]);
    welcome();
    vi.advanceTimersByTime(60_000);
    expect(new Set(kinds())).toEqual(new Set(["hello"]));
    expect(sent.length).toBe(said.at(-1));
    expect(listener.onWelcome).toHaveBeenCalledTimes(1);
  });

  it("is for one page: what is meant for another is not heard", () => {
    welcome("another page");
    expect(listener.onWelcome).not.toHaveBeenCalled();
    expect(page()).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe("the bytes of a letter", () => {
  const bytes = new Uint8Array(100_000).map((_, n) => n);
  const letter: Letter = { kind: "data", take: "take" };

  it("travel beside it", () => {
    welcome();
    link.post(letter, bytes.buffer);
    expect(carried.at(-1)).toEqual([bytes.buffer]);
    expect(sent.at(-1)).not.toHaveProperty("bytes");
  });

  it("travel in it as base64 where the kernel says that its host loses buffers", () => {
    welcome(page(), { packed: true });
    link.post(letter, bytes.buffer);
    expect(carried.at(-1)).toEqual([]);
    expect(sent.at(-1)!.bytes).toBe(Buffer.from(bytes).toString("base64"));
    link.note({ kind: "note" });
    expect(sent.at(-1)).not.toHaveProperty("bytes");
  });
});

describe("a command", () => {
  it("is obeyed once, however often it comes, and each time said to be heard", () => {
    welcome();
    for (let n = 0; n < 3; n++) {
      hear?.(command(1, 0));
      vi.advanceTimersByTime(SOON);
    }
    expect(obeyed).toEqual([1]);
    expect(sent.slice(-3).map(({ kind, heard }) => [kind, heard])).toEqual([
      ["note", 1],
      ["note", 1],
      ["note", 1],
    ]);
  });

  it("is said to be heard and done by whatever is said next, where something is soon", () => {
    welcome();
    hear?.(command(1, 0));
    link.done(1);
    expect(kinds()).toEqual(["hello"]);
    link.post({ kind: "tried", fault: null });
    expect(sent.at(-1)).toMatchObject({ kind: "tried", heard: 1, done: 1 });
    const { length } = sent;
    vi.advanceTimersByTime(SOON);
    expect(sent).toHaveLength(length);
  });

  it("waits for its forerunner, which comes again", () => {
    welcome();
    hear?.(command(2, 1));
    vi.advanceTimersByTime(SOON);
    expect(obeyed).toEqual([]);
    expect(sent.at(-1)!.heard).toBe(0);
    hear?.(command(1, 0));
    hear?.(command(2, 1));
    hear?.(command(1, 0));
    vi.advanceTimersByTime(SOON);
    expect(obeyed).toEqual([1, 2]);
    expect(sent.at(-1)!.heard).toBe(2);
  });

  it("may follow others that went to another page", () => {
    welcome();
    hear?.(command(7, 0));
    expect(obeyed).toEqual([7]);
  });

  it("is not heard before the welcome", () => {
    hear?.(command(1, 0));
    expect(obeyed).toEqual([]);
    welcome();
    hear?.(command(1, 0));
    expect(obeyed).toEqual([1]);
  });

  it("is done when it is, and older ones stay done", () => {
    welcome();
    link.done(3);
    link.done(0);
    link.note({ kind: "note" });
    expect(sent.at(-1)!.done).toBe(3);
  });
});

it("messages are counted, letters by themselves", () => {
  welcome();
  link.post({ kind: "tried", fault: null });
  link.note({ kind: "note" });
  link.post({ kind: "tried", fault: null });
  expect(sent.map(({ clock }) => clock)).toEqual([0, 1, 2, 3]);
  expect(sent.flatMap((message) => ("seq" in message ? [message.seq] : []))).toEqual([0, 1]);
});

it("a sign of life is given while it is wanted, and no longer", () => {
  welcome();
  link.keepAlive(true);
  link.keepAlive(true);
  vi.advanceTimersByTime(10_000);
  expect(kinds().filter((kind) => kind === "note")).toHaveLength(3);
  link.keepAlive(false);
  vi.advanceTimersByTime(60_000);
  expect(kinds().filter((kind) => kind === "note")).toHaveLength(3);
});

it("whatever is said is a sign of life", () => {
  welcome();
  link.keepAlive(true);
  for (let n = 0; n < 5; n++) {
    vi.advanceTimersByTime(2_900);
    link.post({ kind: "data", take: "take" });
  }
  expect(kinds()).not.toContain("note");
});

it("a page that is closed says a last thing, and so", () => {
  listener.onPageHide = () => link.post({ kind: "data", take: "take" });
  windows.get("pagehide")!();
  expect(kinds()).toEqual(["hello", "data", "bye"]);
});

it("a page that comes back from the browser's cache is another one, since it has said bye", () => {
  const old = page();
  windows.get("pageshow")!({ persisted: false });
  expect(kinds()).toEqual(["hello"]);
  windows.get("pagehide")!();
  windows.get("pageshow")!({ persisted: true });
  expect(kinds()).toEqual(["hello", "bye", "hello"]);
  expect(page()).not.toBe(old);
});

it("a page that was given up begins anew: another name, nothing heard, nothing waiting", () => {
  welcome();
  const old = page();
  hear?.(command(4, 0));
  link.done(4);
  link.post({ kind: "tried", fault: null }, new ArrayBuffer(10));
  const before = sent.length;
  hear?.({ kind: "lost", page: old });
  expect(listener.onReset).toHaveBeenCalledTimes(1);
  expect(link.pending.recorded).toBe(0);
  expect(sent[before]).toMatchObject({ kind: "hello", heard: 0, done: 0 });
  expect(page()).not.toBe(old);
  hear?.(command(5, 4, old));
  hear?.(command(5, 0));
  expect(obeyed).toEqual([4]); // not welcomed yet
  vi.advanceTimersByTime(3_000);
  expect(kinds().slice(before)).toEqual(["hello", "note", "hello", "hello"]);
  welcome();
  link.post({ kind: "tried", fault: null });
  expect(sent.at(-1)).toMatchObject({ kind: "tried", seq: 0 });
});

describe("a microphone whose kernel", () => {
  const grace = (seconds: number) => {
    vi.advanceTimersByTime(1_000 * seconds);
    return vi.mocked(listener.onReset).mock.calls.length;
  };

  it("is gone, as JupyterLab says, is let go after 30 s", () => {
    welcome();
    link.keepAlive(true);
    die?.();
    expect(grace(28)).toBe(0);
    expect(grace(6)).toBe(1);
  });

  it("says something after all goes on", () => {
    welcome();
    link.keepAlive(true);
    die?.();
    for (let minute = 0; minute < 5; minute += 1 / 3) {
      hear?.({ kind: "ack", page: page(), upto: 0, probe: null });
      expect(grace(20)).toBe(0);
    }
  });

  it("is only silent goes on for a quarter of an hour: it may be busy", () => {
    welcome();
    link.keepAlive(true);
    expect(grace(14 * 60)).toBe(0);
    expect(grace(2 * 60)).toBe(1);
  });
});

it("a comm that is closed breaks nothing; a probe finds what was lost", () => {
  welcome();
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  broken = true;
  link.post({ kind: "tried", fault: null });
  expect(warn).toHaveBeenCalledTimes(1);
  broken = false;
  vi.advanceTimersByTime(1_000);
  const probe = sent.at(-1)!;
  expect(probe.kind).toBe("probe");
  hear?.({ kind: "ack", page: page(), upto: 0, probe: "id" in probe && probe.id });
  expect(sent.at(-1)).toMatchObject({ kind: "tried", seq: 0 });
});

it("a link that is taken down says and hears nothing any more", () => {
  welcome();
  link.keepAlive(true);
  link.post({ kind: "tried", fault: null });
  const { length } = sent;
  link.destroy();
  link.note({ kind: "note" });
  vi.advanceTimersByTime(60_000);
  expect(sent).toHaveLength(length);
  expect(hear).toBeUndefined();
  expect(windows.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

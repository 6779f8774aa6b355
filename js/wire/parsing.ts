// The kernel's messages, checked before they are used: one field that is not what protocol.ts
// declares makes the whole message invalid. Twin of wire/parsing.py.

import type { Command, Keeping, KernelMessage, Limits, Op, Options, Source } from "./protocol";

type Check<T> = (value: unknown) => value is T;
type Shape<T> = { [K in keyof T]-?: Check<T[K]> };

const MAX_TEXT = 4096;
const MOST_TONES = 8;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const text = (value: unknown): value is string =>
  typeof value === "string" && value.length <= MAX_TEXT;
const flag = (value: unknown): value is boolean => typeof value === "boolean";
const count = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
const takeId = (value: unknown): value is string =>
  text(value) && /^[A-Za-z0-9_-]{1,64}$/.test(value);
const anything = (value: unknown): value is object => typeof value === "object" && value !== null;

const number =
  (least: number, most: number): Check<number> =>
  (value): value is number =>
    typeof value === "number" && value >= least && value <= most;
const only =
  <T extends string>(...words: T[]): Check<T> =>
  (value): value is T =>
    (words as unknown[]).includes(value);
const orNull =
  <T>(check: Check<T>): Check<T | null> =>
  (value): value is T | null =>
    value === null || check(value);
const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || check(value);
const either =
  <A, B>(one: Check<A>, other: Check<B>): Check<A | B> =>
  (value): value is A | B =>
    one(value) || other(value);

function fields<T extends object>(shape: Shape<T>): Check<T> {
  return (value): value is T =>
    anything(value) &&
    Object.entries<Check<unknown>>(shape).every(([name, check]) =>
      check((value as Record<string, unknown>)[name]),
    );
}

const tones = (value: unknown): value is number[] =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= MOST_TONES &&
  value.every(number(0, 1e6));
const silence = (value: unknown): value is [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(number(-1e6, 1e6));

/** Constraints are the browser's to check: getUserMedia refuses what it does not know. */
const source: Check<Source> = either(
  fields<Extract<Source, { kind: "microphone" }>>({
    kind: only("microphone"),
    device: orNull(text),
    constraints: anything,
  }),
  fields<Extract<Source, { kind: "tone" }>>({
    kind: only("tone"),
    frequencies: tones,
    level: number(0, 1),
    sample_rate: number(1, 1e6),
  }),
);

const limits = fields<Limits>({
  max_duration: orNull(number(0, 1e9)),
  max_bytes: orNull(count),
  stop_on_silence: orNull(silence),
});

const options = fields<Options>({
  source,
  recorder: fields<Options["recorder"]>({
    mimeType: optional(text),
    audioBitsPerSecond: optional(count),
    videoBitsPerSecond: optional(count),
    bitsPerSecond: optional(count),
    audioBitrateMode: optional(only("constant", "variable")),
  }),
  decode: flag,
  live: flag,
  limits,
  packed: flag,
  keeping: fields<Keeping>({ kernel: text, person: text, notebook: text, journal: flag }),
});

const op = only<Op>("start", "stop", "pause", "resume", "request_data");

type Kinds = { [K in KernelMessage["kind"]]: Extract<KernelMessage, { kind: K }> };

const KINDS: { [K in keyof Kinds]: Check<Kinds[K]> } = {
  welcome: fields<Kinds["welcome"]>({ kind: only("welcome"), version: count, page: text, options }),
  command: fields<Command>({
    kind: only("command"),
    page: text,
    n: count,
    previous: count,
    op,
    take: orNull(takeId),
    timeslice: orNull(number(1, LONGEST_TIMER_MS)),
    seconds: orNull(number(0, 1e9)),
  }),
  ack: fields<Kinds["ack"]>({ kind: only("ack"), page: text, upto: count, probe: orNull(count) }),
  query: fields<Kinds["query"]>({ kind: only("query"), page: text, mime_type: text }),
  diagnose: fields<Kinds["diagnose"]>({ kind: only("diagnose"), page: text, names: flag }),
  decode: fields<Kinds["decode"]>({
    kind: only("decode"),
    page: text,
    take: takeId,
    mime_type: text,
  }),
  seek: fields<Kinds["seek"]>({ kind: only("seek"), page: text, anywhere: flag }),
  fetch: fields<Kinds["fetch"]>({
    kind: only("fetch"),
    page: text,
    take: takeId,
    first: count,
    most: count,
  }),
  forget: fields<Kinds["forget"]>({ kind: only("forget"), page: text, take: takeId }),
  lost: fields<Kinds["lost"]>({ kind: only("lost"), page: text }),
};

/** A message of the kernel to `page`, or null where it is invalid, or another page's. */
export function parseFor(content: unknown, page: string): KernelMessage | null {
  if (!anything(content) || !("kind" in content) || !("page" in content) || content.page !== page) {
    return null;
  }
  const check = isKind(content.kind) ? (KINDS[content.kind] as Check<KernelMessage>) : null;
  return check?.(content) ? content : null;
}

const isKind = (kind: unknown): kind is keyof Kinds =>
  typeof kind === "string" && Object.hasOwn(KINDS, kind);

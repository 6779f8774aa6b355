// Validation of the kernel's messages. One field that does not match its declaration in protocol.ts
// makes the whole message invalid. Twin of wire/parsing.py.

import type { Command, Keeping, KernelMessage, Limits, Op, Options, Source } from "./protocol";

type Check<T> = (value: unknown) => value is T;
type Shape<T> = { [K in keyof T]-?: Check<T[K]> };

const MAX_TEXT = 4096;
const MAX_TONES = 8;
const MAX_TIMER_MS = 2 ** 31 - 1;

const text = (value: unknown): value is string =>
  typeof value === "string" && value.length <= MAX_TEXT;
const flag = (value: unknown): value is boolean => typeof value === "boolean";
const count = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
const takeId = (value: unknown): value is string =>
  text(value) && /^[A-Za-z0-9_-]{1,64}$/.test(value);
const object = (value: unknown): value is object => typeof value === "object" && value !== null;

const number =
  (min: number, max: number): Check<number> =>
  (value): value is number =>
    typeof value === "number" && value >= min && value <= max;
const oneOf =
  <T extends string>(...words: T[]): Check<T> =>
  (value): value is T =>
    (words as unknown[]).includes(value);
const nullable =
  <T>(check: Check<T>): Check<T | null> =>
  (value): value is T | null =>
    value === null || check(value);
const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || check(value);

function fields<T extends object>(shape: Shape<T>): Check<T> {
  return (value): value is T =>
    object(value) &&
    Object.entries<Check<unknown>>(shape).every(([name, check]) =>
      check((value as Record<string, unknown>)[name]),
    );
}

const tones = (value: unknown): value is number[] =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= MAX_TONES &&
  value.every(number(0, 1e6));
const silence = (value: unknown): value is [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(number(-1e6, 1e6));

/** The constraints' fields are not checked here, since getUserMedia() validates them. */
const sources: { [Kind in Source["kind"]]: Check<Extract<Source, { kind: Kind }>> } = {
  microphone: fields({
    kind: oneOf("microphone"),
    device: nullable(text),
    constraints: object,
  }),
  tone: fields({
    kind: oneOf("tone"),
    frequencies: tones,
    level: number(0, 1),
    sample_rate: number(1, 1e6),
  }),
};
const source = (value: unknown): value is Source =>
  Object.values<Check<unknown>>(sources).some((check) => check(value));

const limits = fields<Limits>({
  max_duration: nullable(number(0, 1e9)),
  max_bytes: nullable(count),
  stop_on_silence: nullable(silence),
});

const options = fields<Options>({
  source,
  recorder: fields<Options["recorder"]>({
    mimeType: optional(text),
    audioBitsPerSecond: optional(count),
    videoBitsPerSecond: optional(count),
    bitsPerSecond: optional(count),
    audioBitrateMode: optional(oneOf("constant", "variable")),
  }),
  decode: flag,
  live: flag,
  limits,
  packed: flag,
  keeping: fields<Keeping>({ kernel: text, person: text, notebook: text, journal: flag }),
});

const op = oneOf<Op>("start", "stop", "pause", "resume", "request_data");

type Kinds = { [K in KernelMessage["kind"]]: Extract<KernelMessage, { kind: K }> };

const KINDS: { [K in keyof Kinds]: Check<Kinds[K]> } = {
  welcome: fields<Kinds["welcome"]>({
    kind: oneOf("welcome"),
    version: count,
    page: text,
    options,
  }),
  command: fields<Command>({
    kind: oneOf("command"),
    page: text,
    n: count,
    previous: count,
    op,
    take: nullable(takeId),
    timeslice: nullable(number(1, MAX_TIMER_MS)),
    seconds: nullable(number(0, 1e9)),
  }),
  ack: fields<Kinds["ack"]>({
    kind: oneOf("ack"),
    page: text,
    upto: count,
    probe: nullable(count),
  }),
  query: fields<Kinds["query"]>({ kind: oneOf("query"), page: text, mime_type: text }),
  diagnose: fields<Kinds["diagnose"]>({ kind: oneOf("diagnose"), page: text, names: flag }),
  decode: fields<Kinds["decode"]>({
    kind: oneOf("decode"),
    page: text,
    take: takeId,
    mime_type: text,
  }),
  seek: fields<Kinds["seek"]>({ kind: oneOf("seek"), page: text, anywhere: flag }),
  fetch: fields<Kinds["fetch"]>({
    kind: oneOf("fetch"),
    page: text,
    take: takeId,
    first: count,
    most: count,
  }),
  forget: fields<Kinds["forget"]>({ kind: oneOf("forget"), page: text, take: takeId }),
  lost: fields<Kinds["lost"]>({ kind: oneOf("lost"), page: text }),
};

/** Return the kernel's message, or null if it is invalid or for a page other than `page`. */
export function parseFor(content: unknown, page: string): KernelMessage | null {
  if (!object(content) || !("kind" in content) || !("page" in content) || content.page !== page) {
    return null;
  }
  const check = isKind(content.kind) ? (KINDS[content.kind] as Check<KernelMessage>) : null;
  return check?.(content) ? content : null;
}

const isKind = (kind: unknown): kind is keyof Kinds =>
  typeof kind === "string" && Object.hasOwn(KINDS, kind);

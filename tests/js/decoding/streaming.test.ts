// The running decoding of one take, with a decoder and a recorder that are played here.

import { describe, expect, it } from "vitest";

import { decodeBlob } from "../../../js/decoding/blob";
import type { Block, BlockSize, Bytes } from "../../../js/decoding/decode";
import { StreamingDecoder, type DecoderInput } from "../../../js/decoding/streaming";
import { MAX_PART, type Letter } from "../../../js/wire/protocol";

const block = (bytes: number): Block => ({
  buffer: new ArrayBuffer(bytes),
  sampleRate: 48_000,
  channels: 1,
});

/** Each part becomes a block of so many bytes. */
const each = (bytes: number) =>
  async function* (stream: Bytes): AsyncGenerator<Block> {
    const reader = (stream as ReadableStream<Uint8Array>).getReader();
    while (!(await reader.read()).done) {
      yield block(bytes);
    }
  };

type Decode = (bytes: Bytes, enough: BlockSize) => AsyncGenerator<Block>;

function setUp(decode: Decode, ways: Partial<DecoderInput> = {}) {
  const letters: Letter[] = [];
  let pending = 0;
  const decoding = new StreamingDecoder("a", {
    load: () => Promise.resolve({ decode }),
    report: (letter, buffer) => {
      letters.push(letter);
      pending += buffer?.byteLength ?? 0;
    },
    isLive: () => true,
    pending: () => pending,
    ...ways,
  });
  return { decoding, letters, taken: () => (pending = 0) };
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

it("gives its samples as they come, and is done when the last is told", async () => {
  const { decoding, letters } = setUp(each(400));
  decoding.add(new ArrayBuffer(10));
  await turn();
  expect(letters).toEqual([{ kind: "pcm", take: "a", sample_rate: 48_000, channels: 1 }]);
  decoding.add(new ArrayBuffer(10));
  expect(await decoding.end()).toBe("done");
  expect(letters.length).toBe(2);
});

it("waits for a decoder that is late", async () => {
  let load!: (decoder: { decode: Decode }) => void;
  const loaded = new Promise<{ decode: Decode }>((resolve) => (load = resolve));
  const { decoding, letters } = setUp(each(400), { load: () => loaded });
  [1, 2, 3].forEach((bytes) => decoding.add(new ArrayBuffer(bytes)));
  const outcome = decoding.end();
  await turn();
  load({ decode: each(400) });
  expect(await outcome).toBe("done");
  expect(letters.length).toBe(3);
});

it("letters are small where somebody listens, from one moment to the next", async () => {
  const asked: number[] = [];
  let live = false;
  const decode: Decode = async function* (_, enough) {
    asked.push(enough(192_000));
    live = true;
    asked.push(enough(192_000));
    yield block(4);
  };
  const { decoding } = setUp(decode, { isLive: () => live });
  await decoding.end();
  expect(asked).toEqual([MAX_PART / 4, 19_200]);
});

describe("is given up", () => {
  const parts = (decoding: StreamingDecoder, count: number) => {
    for (let n = 0; n < count; n++) {
      decoding.add(new ArrayBuffer(MAX_PART));
    }
  };

  it("when Python takes nothing in", async () => {
    const { decoding, letters } = setUp(each(MAX_PART));
    for (let n = 0; n < 40; n++) {
      parts(decoding, 1);
      await turn();
    }
    expect(await decoding.end()).toMatch(/arrived faster than they could be processed/);
    expect(letters.length).toBe(33);
  });

  it("not when Python takes them in late", async () => {
    const { decoding, letters, taken } = setUp(each(MAX_PART));
    for (let n = 0; n < 40; n++) {
      parts(decoding, 1);
      await turn();
      if (n % 20 === 0) {
        taken();
      }
    }
    expect(await decoding.end()).toBe("done");
    expect(letters.length).toBe(40);
  });

  it("when the decoder stands still, or is not loaded", async () => {
    const stands: Decode = async function* () {
      await new Promise(() => undefined);
    };
    for (const ways of [{}, { load: () => new Promise<never>(() => undefined) }]) {
      const { decoding, letters } = setUp(stands, ways);
      parts(decoding, 32);
      await turn();
      parts(decoding, 8);
      expect(await decoding.end()).toMatch(/arrived faster than they could be processed/);
      expect(letters).toEqual([]);
    }
  });

  it("when nobody listens any more: then nothing is told", async () => {
    const { decoding, letters } = setUp(each(400));
    decoding.add(new ArrayBuffer(10));
    decoding.abandon();
    decoding.add(new ArrayBuffer(10));
    expect(await decoding.end()).toMatch(/^AbortError/);
    expect(letters).toEqual([]);
  });

  it("with the reason, when the decoder or its loading fails", async () => {
    const fails: Decode = async function* () {
      yield block(4);
      throw new DOMException("Not like this.", "EncodingError");
    };
    const { decoding } = setUp(fails);
    await turn();
    decoding.add(new ArrayBuffer(10));
    expect(await decoding.end()).toBe("EncodingError: Not like this.");
    const load = () => Promise.reject(new Error("No way."));
    expect(await setUp(fails, { load }).decoding.end()).toBe("Error: No way.");
    const { signal } = new AbortController();
    const ways = { report: () => undefined, signal };
    const outcome = await decodeBlob(fails, new Blob(), "a", ways);
    expect(outcome).toBe("EncodingError: Not like this.");
  });
});

describe("a whole take", () => {
  const many: Decode = async function* () {
    for (let n = 0; n < 40; n++) {
      yield block(4);
    }
  };

  function decodeMany() {
    const arrivals: (() => void)[] = [];
    const life = new AbortController();
    const outcome = decodeBlob(many, new Blob(), "a", {
      report: (_letter, _buffer, arrived) => void arrivals.push(arrived!),
      signal: life.signal,
    });
    return { arrivals, life, outcome };
  }

  it("is decoded no faster than Python takes it in", async () => {
    const { arrivals, outcome } = decodeMany();
    await turn();
    expect(arrivals.length).toBe(8);
    arrivals.slice(0, 3).forEach((arrived) => arrived());
    await turn();
    expect(arrivals.length).toBe(11);
    for (let n = 3; n < 40; n++) {
      arrivals[n]!();
      await turn();
    }
    expect(await outcome).toBe("done");
    expect(arrivals.length).toBe(40);
  });

  it("is given up when its kernel has gone", async () => {
    const { arrivals, life, outcome } = decodeMany();
    await turn();
    life.abort(new DOMException("Nobody listens any more.", "AbortError"));
    expect(await outcome).toMatch(/^AbortError/);
    expect(arrivals.length).toBe(8);
  });
});

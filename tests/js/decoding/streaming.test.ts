// The streaming decoder of one take, with a fake decoder and a fake recorder.

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

/** A decoder that yields one block of `bytes` bytes per part. */
const blocksOf = (bytes: number) =>
  async function* (stream: Bytes): AsyncGenerator<Block> {
    const reader = (stream as ReadableStream<Uint8Array>).getReader();
    while (!(await reader.read()).done) {
      yield block(bytes);
    }
  };

type Decode = (bytes: Bytes, enough: BlockSize) => AsyncGenerator<Block>;

function setUp(decode: Decode, input: Partial<DecoderInput> = {}) {
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
    ...input,
  });
  return { decoding, letters, acknowledgeAll: () => (pending = 0) };
}

const nextMacrotask = () => new Promise((resolve) => setTimeout(resolve));

it("reports samples as they are decoded, and is done after the last", async () => {
  const { decoding, letters } = setUp(blocksOf(400));
  decoding.add(new ArrayBuffer(10));
  await nextMacrotask();
  expect(letters).toEqual([{ kind: "pcm", take: "a", sample_rate: 48_000, channels: 1 }]);
  decoding.add(new ArrayBuffer(10));
  expect(await decoding.end()).toBe("done");
  expect(letters.length).toBe(2);
});

it("waits for the decoder to load", async () => {
  let resolveLoad!: (decoder: { decode: Decode }) => void;
  const loaded = new Promise<{ decode: Decode }>((resolve) => (resolveLoad = resolve));
  const { decoding, letters } = setUp(blocksOf(400), { load: () => loaded });
  [1, 2, 3].forEach((bytes) => decoding.add(new ArrayBuffer(bytes)));
  const outcome = decoding.end();
  await nextMacrotask();
  resolveLoad({ decode: blocksOf(400) });
  expect(await outcome).toBe("done");
  expect(letters.length).toBe(3);
});

it("letters become small as soon as there is a listener", async () => {
  const sizes: number[] = [];
  let live = false;
  const decode: Decode = async function* (_, enough) {
    sizes.push(enough(192_000));
    live = true;
    sizes.push(enough(192_000));
    yield block(4);
  };
  const { decoding } = setUp(decode, { isLive: () => live });
  await decoding.end();
  expect(sizes).toEqual([MAX_PART / 4, 19_200]);
});

describe("is abandoned", () => {
  const parts = (decoding: StreamingDecoder, count: number) => {
    for (let n = 0; n < count; n++) {
      decoding.add(new ArrayBuffer(MAX_PART));
    }
  };

  it("when Python acknowledges nothing", async () => {
    const { decoding, letters } = setUp(blocksOf(MAX_PART));
    for (let n = 0; n < 40; n++) {
      parts(decoding, 1);
      await nextMacrotask();
    }
    expect(await decoding.end()).toMatch(/arrived faster than they could be processed/);
    expect(letters.length).toBe(33);
  });

  it("not when Python acknowledges late", async () => {
    const { decoding, letters, acknowledgeAll } = setUp(blocksOf(MAX_PART));
    for (let n = 0; n < 40; n++) {
      parts(decoding, 1);
      await nextMacrotask();
      if (n % 20 === 0) {
        acknowledgeAll();
      }
    }
    expect(await decoding.end()).toBe("done");
    expect(letters.length).toBe(40);
  });

  it("when the decoder hangs, or does not load", async () => {
    const hangs: Decode = async function* () {
      await new Promise(() => undefined);
    };
    for (const input of [{}, { load: () => new Promise<never>(() => undefined) }]) {
      const { decoding, letters } = setUp(hangs, input);
      parts(decoding, 32);
      await nextMacrotask();
      parts(decoding, 8);
      expect(await decoding.end()).toMatch(/arrived faster than they could be processed/);
      expect(letters).toEqual([]);
    }
  });

  it("by abandon(): then it reports nothing", async () => {
    const { decoding, letters } = setUp(blocksOf(400));
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
    await nextMacrotask();
    decoding.add(new ArrayBuffer(10));
    expect(await decoding.end()).toBe("EncodingError: Not like this.");
    const load = () => Promise.reject(new Error("No way."));
    expect(await setUp(fails, { load }).decoding.end()).toBe("Error: No way.");
    const { signal } = new AbortController();
    const input = { report: () => undefined, signal };
    const outcome = await decodeBlob(fails, new Blob(), "a", input);
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

  it("is decoded no faster than Python acknowledges it", async () => {
    const { arrivals, outcome } = decodeMany();
    await nextMacrotask();
    expect(arrivals.length).toBe(8);
    arrivals.slice(0, 3).forEach((arrived) => arrived());
    await nextMacrotask();
    expect(arrivals.length).toBe(11);
    for (let n = 3; n < 40; n++) {
      arrivals[n]!();
      await nextMacrotask();
    }
    expect(await outcome).toBe("done");
    expect(arrivals.length).toBe(40);
  });

  it("is abandoned when its kernel is gone", async () => {
    const { arrivals, life, outcome } = decodeMany();
    await nextMacrotask();
    life.abort(new DOMException("The kernel is gone.", "AbortError"));
    expect(await outcome).toMatch(/^AbortError/);
    expect(arrivals.length).toBe(8);
  });
});

// Streams made by hand, as recorders write them, in parts that are cut anywhere.

import { describe, expect, it } from "vitest";

import { reclusterWebM } from "../../../js/decoding/webm-clusters";

type Bytes = Uint8Array<ArrayBuffer>;

const bytes = (...numbers: number[]): Bytes => new Uint8Array(numbers);
const joined = (...parts: Bytes[]): Bytes => bytes(...parts.flatMap((part) => [...part]));

/** An element whose size has one byte, or eight; null is a size that is not told. */
const element = (id: number[], size: number | null, long: boolean, ...content: Bytes[]): Bytes => {
  const unknown = long ? [1, 255, 255, 255, 255, 255, 255, 255] : [255];
  const known = long ? [1, 0, 0, 0, 0, 0, 0, size ?? 0] : [0x80 + (size ?? 0)];
  return joined(bytes(...id, ...(size === null ? unknown : known)), ...content);
};

const ids = { segment: [0x18, 0x53, 0x80, 0x67], cluster: [0x1f, 0x43, 0xb6, 0x75] };
const block = (long: boolean, fill: number) =>
  element([0xa3], 20, long, new Uint8Array(20).fill(fill));
const timestamp = (at: number) => element([0xe7], 1, false, bytes(at));
const cluster = (long: boolean, at: number, ...blocks: Bytes[]) =>
  element(ids.cluster, null, long, timestamp(at), ...blocks);
const head = (long: boolean) =>
  joined(
    element([0x1a, 0x45, 0xdf, 0xa3], 3, long, bytes(7, 7, 7)),
    element(ids.segment, null, long),
    element([0x15, 0x49, 0xa9, 0x66], 2, long, bytes(8, 8)),
  );
/** As it comes out: its length has eight bytes. */
const told = (at: number, ...blocks: Bytes[]) => {
  const content = joined(timestamp(at), ...blocks);
  return element(ids.cluster, content.length, true, content);
};

async function through(...parts: Bytes[]): Promise<Bytes[]> {
  const stream = new ReadableStream<Bytes>({
    start(controller) {
      parts.forEach((part) => controller.enqueue(part));
      controller.close();
    },
  }).pipeThrough(reclusterWebM());
  const out: Bytes[] = [];
  for (const reader = stream.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) {
      return out;
    }
    out.push(value);
  }
}

describe.each([true, false])("with sizes of eight bytes: %s", (long) => {
  const [a, b, c, d] = [1, 2, 3, 4].map((fill) => block(long, fill)) as [Bytes, ...Bytes[]];
  const place = element([0x11, 0x4d, 0x9b, 0x74], 1, long, bytes(9));

  it("the blocks of each part are a cluster that is complete", async () => {
    const first = joined(head(long), place, cluster(long, 5, a));
    const out = await through(first, b!, joined(c!, cluster(long, 6, d!)));
    expect(out).toEqual([
      joined(head(long), told(5, a)),
      told(5, b!),
      joined(told(5, c!), told(6, d!)),
      bytes(),
    ]);
  });

  it("a part may end anywhere", async () => {
    const stream = joined(head(long), cluster(long, 5, a, b!), cluster(long, 6, c!, d!));
    const out = await through(...[...stream].map((byte) => bytes(byte)));
    const whole = joined(told(5, a), told(5, b!), told(6, c!), told(6, d!));
    expect(joined(...out)).toEqual(joined(head(long), whole));
  });
});

describe("what is no such stream goes through as it is", () => {
  it.each([
    ["Ogg", [0x4f, 0x67, 0x67, 0x53, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ["MP4", [0, 0, 0, 24, 0x66, 0x74, 0x79, 0x70, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    ["a segment of known length", [...element(ids.segment, 30, true), ...block(true, 1)]],
    ["nothing but zeros", Array<number>(50).fill(0)],
    ["nothing but ones", Array<number>(50).fill(255)],
    ["little", [0x1a]],
    ["none", []],
  ])("%s", async (_, numbers) => {
    const stream = bytes(...numbers);
    expect(joined(...(await through(stream, stream)))).toEqual(joined(stream, stream));
    expect(joined(...(await through(...numbers.map((byte) => bytes(byte)))))).toEqual(stream);
  });
});

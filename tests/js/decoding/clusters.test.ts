// Handmade streams in the format of recorders, cut into parts at any byte.

import { describe, expect, it } from "vitest";

import { reclusterWebM } from "../../../js/decoding/webm-clusters";

type Bytes = Uint8Array<ArrayBuffer>;

const bytes = (...numbers: number[]): Bytes => new Uint8Array(numbers);
const joined = (...parts: Bytes[]): Bytes => bytes(...parts.flatMap((part) => [...part]));

/** An EBML element whose size has one byte or eight; null is the unknown size. */
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
/** The resulting cluster, whose size has eight bytes. */
const expectedCluster = (at: number, ...blocks: Bytes[]) => {
  const content = joined(timestamp(at), ...blocks);
  return element(ids.cluster, content.length, true, content);
};

async function recluster(...parts: Bytes[]): Promise<Bytes[]> {
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
  const seekHead = element([0x11, 0x4d, 0x9b, 0x74], 1, long, bytes(9));

  it("the blocks of each part become a complete cluster", async () => {
    const first = joined(head(long), seekHead, cluster(long, 5, a));
    const out = await recluster(first, b!, joined(c!, cluster(long, 6, d!)));
    expect(out).toEqual([
      joined(head(long), expectedCluster(5, a)),
      expectedCluster(5, b!),
      joined(expectedCluster(5, c!), expectedCluster(6, d!)),
      bytes(),
    ]);
  });

  it("a part may end anywhere", async () => {
    const stream = joined(head(long), cluster(long, 5, a, b!), cluster(long, 6, c!, d!));
    const out = await recluster(...[...stream].map((byte) => bytes(byte)));
    const whole = joined(
      expectedCluster(5, a),
      expectedCluster(5, b!),
      expectedCluster(6, c!),
      expectedCluster(6, d!),
    );
    expect(joined(...out)).toEqual(joined(head(long), whole));
  });
});

describe("any other stream passes unchanged", () => {
  it.each([
    ["Ogg", [0x4f, 0x67, 0x67, 0x53, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ["MP4", [0, 0, 0, 24, 0x66, 0x74, 0x79, 0x70, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    ["a segment of known length", [...element(ids.segment, 30, true), ...block(true, 1)]],
    ["only zeros", Array<number>(50).fill(0)],
    ["only ones", Array<number>(50).fill(255)],
    ["a single byte", [0x1a]],
    ["no bytes", []],
  ])("%s", async (_, numbers) => {
    const stream = bytes(...numbers);
    expect(joined(...(await recluster(stream, stream)))).toEqual(joined(stream, stream));
    expect(joined(...(await recluster(...numbers.map((byte) => bytes(byte)))))).toEqual(stream);
  });
});

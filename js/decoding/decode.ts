// From bytes to samples, by the browser that recorded them.
//
// mediabunny reads the container, so that the samples keep the take's own rate and channels, and
// WebCodecs decodes the packets. What one of the two does not support, `decodeAudioData` decodes as a
// whole.

import {
  ALL_FORMATS,
  AudioSampleSink,
  BlobSource,
  Input,
  ReadableStreamSource,
  type AudioSample,
  type InputAudioTrack,
  type Source,
} from "mediabunny";

import { MAX_PART } from "../wire/protocol";
import { reclusterWebM } from "./webm-clusters";

/** How much of a stream is kept for reading a cluster a second time. */
const CACHE_BYTES = 8 * (1 << 20);
/** StreamingDecoder as a whole takes twenty times the memory. */
const MAX_WHOLE_BYTES = 8 * (1 << 20);
const DEFAULT_RATE = 48_000;

/** Interleaved float32, at most MAX_PART bytes. */
export type Block = { buffer: ArrayBuffer; sampleRate: number; channels: number };

/** How many bytes make a block, of so many in a second. */
export type BlockSize = (bytesPerSecond: number) => number;

export type Bytes = Blob | ReadableStream<Uint8Array<ArrayBuffer>>;

export type Decode = typeof decode;

/** The samples of `bytes`, in blocks, as they come; none for bytes without a whole frame. */
export async function* decode(bytes: Bytes, blockSize: BlockSize): AsyncGenerator<Block> {
  const [parsed, whole] = bytes instanceof Blob ? [bytes, bytes.stream()] : bytes.tee();
  const input = new Input({ source: sourceOf(parsed), formats: ALL_FORMATS });
  try {
    const track = await trackOf(input);
    if (track !== null && (await track.canDecode())) {
      void whole.cancel();
      yield* inBlocks(new AudioSampleSink(track).samples(), blockSize);
    } else {
      const sampleRate = (await track?.getSampleRate()) ?? DEFAULT_RATE;
      input.dispose();
      yield* decodeAtOnce(await readAll(whole), sampleRate);
    }
  } finally {
    input.dispose();
  }
}

function sourceOf(bytes: Bytes): Source {
  return bytes instanceof Blob
    ? new BlobSource(bytes)
    : new ReadableStreamSource(bytes.pipeThrough(reclusterWebM()), {
        maxCacheSize: CACHE_BYTES,
        handleUnhandledError: () => undefined, // the next read has it again
      });
}

/** What mediabunny cannot read may still be decoded as a whole. */
const trackOf = (input: Input): Promise<InputAudioTrack | null> =>
  input.getPrimaryAudioTrack().catch(() => null);

/** An Opus packet is 11 kB of samples: joined in blocks, they need a hundredth of the messages. */
async function* inBlocks(
  samples: AsyncIterable<AudioSample>,
  blockSize: BlockSize,
): AsyncGenerator<Block> {
  let builder: BlockBuilder | null = null;
  for await (const sample of samples) {
    const { sampleRate, numberOfChannels, numberOfFrames } = sample;
    const bytesPerSecond = sampleRate * numberOfChannels * Float32Array.BYTES_PER_ELEMENT;
    for (let offset = 0; offset < numberOfFrames;) {
      builder ??= new BlockBuilder(sampleRate, numberOfChannels, blockSize(bytesPerSecond));
      offset += builder.add(sample, offset);
      if (builder.room === 0 || builder.bytes >= blockSize(bytesPerSecond)) {
        yield builder.block();
        builder = null;
      }
    }
    sample.close();
  }
  if (builder !== null) {
    yield builder.block();
  }
}

class BlockBuilder {
  #data: Float32Array<ArrayBuffer>;
  #frames = 0;
  #capacity: number;

  constructor(
    readonly sampleRate: number,
    readonly channels: number,
    bytes: number,
  ) {
    const frames = Math.min(bytes, MAX_PART) / Float32Array.BYTES_PER_ELEMENT / channels;
    this.#capacity = Math.max(1, Math.floor(frames));
    this.#data = new Float32Array(this.#capacity * channels);
  }

  get room(): number {
    return this.#capacity - this.#frames;
  }

  get bytes(): number {
    return this.#frames * this.channels * Float32Array.BYTES_PER_ELEMENT;
  }

  /** Copy frames of `sample` from `frameOffset` on; returns how many fitted. */
  add(sample: AudioSample, frameOffset: number): number {
    const frameCount = Math.min(this.room, sample.numberOfFrames - frameOffset);
    const target = this.#data.subarray(this.#frames * this.channels);
    sample.copyTo(target, { planeIndex: 0, format: "f32", frameOffset, frameCount });
    this.#frames += frameCount;
    return frameCount;
  }

  block(): Block {
    const { buffer } = this.#data.slice(0, this.#frames * this.channels);
    return { buffer, sampleRate: this.sampleRate, channels: this.channels };
  }
}

async function readAll(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = stream.getReader();
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) {
      return new Blob(parts);
    }
    parts.push(value);
    size += value.byteLength;
    if (size > MAX_WHOLE_BYTES) {
      void reader.cancel();
      throw new Error("This browser decodes a recording only as a whole, and it is too long.");
    }
  }
}

async function* decodeAtOnce(blob: Blob, sampleRate: number): AsyncGenerator<Block> {
  if (blob.size === 0) {
    return;
  }
  const context = new OfflineAudioContext(1, 1, sampleRate);
  const sound = await context.decodeAudioData(await blob.arrayBuffer());
  const channels = sound.numberOfChannels;
  const planes = Array.from({ length: channels }, (_, n) => sound.getChannelData(n));
  const most = Math.floor(MAX_PART / Float32Array.BYTES_PER_ELEMENT / channels);
  for (let first = 0; first < sound.length; first += most) {
    const frames = Math.min(most, sound.length - first);
    const data = new Float32Array(frames * channels);
    planes.forEach((plane, channel) => {
      for (let n = 0; n < frames; n++) {
        data[n * channels + channel] = plane[first + n] ?? 0;
      }
    });
    yield { buffer: data.buffer, sampleRate, channels };
  }
}

// Decodes the bytes of a take in the browser that recorded them.
//
// mediabunny reads the container, and WebCodecs decodes its packets, so that the samples have the
// take's own rate and channels. If one of the two does not support the take, `decodeAudioData`
// decodes it as a whole.

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

/** The part of a stream that mediabunny caches, to read a cluster a second time. */
const CACHE_BYTES = 8 * (1 << 20);
/** Decoding a take as a whole needs about twenty times its size in memory. */
const MAX_WHOLE_BYTES = 8 * (1 << 20);
const DEFAULT_RATE = 48_000;

/** Interleaved float32, at most MAX_PART bytes. */
export type Block = { buffer: ArrayBuffer; sampleRate: number; channels: number };

/** Returns the size of a block in bytes, for samples of `bytesPerSecond`. */
export type BlockSize = (bytesPerSecond: number) => number;

export type Bytes = Blob | ReadableStream<Uint8Array<ArrayBuffer>>;

export type Decode = typeof decode;

/** Decode `bytes` into blocks of samples, as they arrive; none for bytes without a whole frame. */
export async function* decode(bytes: Bytes, blockSize: BlockSize): AsyncGenerator<Block> {
  const [parsed, whole] = bytes instanceof Blob ? [bytes, bytes.stream()] : bytes.tee();
  const input = new Input({ source: sourceOf(parsed), formats: ALL_FORMATS });
  try {
    const track = await trackOf(input);
    if (track !== null && (await track.canDecode())) {
      void whole.cancel();
      yield* toBlocks(new AudioSampleSink(track).samples(), blockSize);
    } else {
      const sampleRate = (await track?.getSampleRate()) ?? DEFAULT_RATE;
      input.dispose();
      yield* decodeWhole(await readAll(whole), sampleRate);
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
        handleUnhandledError: () => undefined, // the next read rejects with it
      });
}

/** Null if mediabunny cannot read the container: it may still be decoded as a whole. */
const trackOf = (input: Input): Promise<InputAudioTrack | null> =>
  input.getPrimaryAudioTrack().catch(() => null);

/** Join the samples of packets in larger blocks: an Opus packet alone has only 11 kB of samples. */
async function* toBlocks(
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

  /** Copy the frames of `sample` from `frameOffset` on; returns the number that fitted. */
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
      throw new Error(
        "This browser can decode a recording only as a whole, and this one is too long.",
      );
    }
  }
}

async function* decodeWhole(blob: Blob, sampleRate: number): AsyncGenerator<Block> {
  if (blob.size === 0) {
    return;
  }
  const context = new OfflineAudioContext(1, 1, sampleRate);
  const audio = await context.decodeAudioData(await blob.arrayBuffer());
  const channels = audio.numberOfChannels;
  const planes = Array.from({ length: channels }, (_, n) => audio.getChannelData(n));
  const maxFrames = Math.floor(MAX_PART / Float32Array.BYTES_PER_ELEMENT / channels);
  for (let first = 0; first < audio.length; first += maxFrames) {
    const frames = Math.min(maxFrames, audio.length - first);
    const data = new Float32Array(frames * channels);
    planes.forEach((plane, channel) => {
      for (let n = 0; n < frames; n++) {
        data[n * channels + channel] = plane[first + n] ?? 0;
      }
    });
    yield { buffer: data.buffer, sampleRate, channels };
  }
}

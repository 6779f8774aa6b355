// From a blob to samples, by the browser that recorded it. Loaded on first need.
//
// mediabunny reads the container, so the samples keep the take's own rate and channels
// (`decodeAudioData` resamples to its context's), and hands the packets to WebCodecs.

import { ALL_FORMATS, AudioSampleSink, BlobSource, Input, type AudioSample } from "mediabunny";

import { MAX_PART } from "./protocol";

/** Interleaved float32, at most MAX_PART bytes. */
export type Block = { buffer: ArrayBuffer; sampleRate: number; channels: number };

export type Decoder = { decode: typeof decode };

/** The samples of `blob`, in blocks; none where the blob holds no whole frame. */
export async function* decode(blob: Blob): AsyncGenerator<Block> {
  if (blob.size === 0) {
    return;
  }
  const input = new Input({ source: new BlobSource(blob), formats: ALL_FORMATS });
  try {
    const track = await input.getPrimaryAudioTrack();
    if (track !== null) {
      yield* packed(new AudioSampleSink(track).samples());
    }
  } finally {
    input.dispose();
  }
}

/** An Opus packet is 11 kB of samples: packed together, they need a hundredth of the messages. */
async function* packed(samples: AsyncIterable<AudioSample>): AsyncGenerator<Block> {
  let pack: Pack | null = null;
  for await (const sample of samples) {
    pack ??= new Pack(sample.sampleRate, sample.numberOfChannels);
    for (let offset = 0; offset < sample.numberOfFrames;) {
      offset += pack.add(sample, offset);
      if (pack.room === 0) {
        yield pack.block();
        pack = new Pack(sample.sampleRate, sample.numberOfChannels);
      }
    }
    sample.close();
  }
  if (pack !== null) {
    yield pack.block();
  }
}

class Pack {
  #data: Float32Array<ArrayBuffer>;
  #frames = 0;
  #capacity: number;

  constructor(
    readonly sampleRate: number,
    readonly channels: number,
  ) {
    this.#capacity = Math.floor(MAX_PART / Float32Array.BYTES_PER_ELEMENT / channels);
    this.#data = new Float32Array(this.#capacity * channels);
  }

  get room(): number {
    return this.#capacity - this.#frames;
  }

  /** Take frames of `sample` from `frameOffset` on; returns how many found room. */
  add(sample: AudioSample, frameOffset: number): number {
    const frameCount = Math.min(this.room, sample.numberOfFrames - frameOffset);
    const place = this.#data.subarray(this.#frames * this.channels);
    sample.copyTo(place, { planeIndex: 0, format: "f32", frameOffset, frameCount });
    this.#frames += frameCount;
    return frameCount;
  }

  block(): Block {
    const { buffer } = this.#data.slice(0, this.#frames * this.channels);
    return { buffer, sampleRate: this.sampleRate, channels: this.channels };
  }
}

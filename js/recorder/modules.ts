// The modules that only some recorders need. They are loaded from the kernel once per page.
//
// A busy kernel does not answer requests. The modules that the options require are therefore loaded
// at the welcome. Those that a request of Python requires are loaded then, since Python waits for
// the answer.

import type * as silence from "../capture/silence-detector";
import type { decodeBlob } from "../decoding/blob";
import type { Decode } from "../decoding/decode";
import type * as diagnosis from "../environment/diagnosis";
import type * as orphans from "../recovery/orphans";
import type * as tone from "../sources/tone";
import { loadAsset, type Asset } from "../wire/assets";
import type { Options } from "../wire/protocol";
import { DEFAULT_RETRY, type Channel } from "../wire/request";

/** See entries/decoder.ts. */
export type Decoder = { decode: Decode; decodeBlob: typeof decodeBlob };

export class Modules {
  constructor(
    readonly channel: Channel,
    readonly signal: AbortSignal,
  ) {}

  /** Load the modules that the options require, the largest last. Failures are reported on use. */
  preload({ source, limits, decode }: Options): void {
    const loading: Promise<unknown>[] = [];
    if (source.kind === "tone") loading.push(this.tone());
    if (limits.stop_on_silence !== null) loading.push(this.silence());
    if (decode) loading.push(this.decoder());
    for (const promise of loading) promise.catch(() => undefined);
  }

  tone = () => this.#require<typeof tone>("tone");
  silence = () => this.#require<typeof silence>("silence");
  decoder = () => this.#load<Decoder>("decoder");
  diagnosis = () => this.#load<typeof diagnosis>("diagnosis");
  orphans = () => this.#load<typeof orphans>("orphans");

  #load<T>(name: Asset): Promise<T> {
    return loadAsset<T>(this.channel, name, { ...DEFAULT_RETRY, signal: this.signal });
  }

  /** Load a module that start() requires; rejects with an error that Python knows by name. */
  #require<T>(name: Asset): Promise<T> {
    return this.#load<T>(name).catch((thrown: unknown) => {
      throw new DOMException((thrown as Error).message, "UnknownError");
    });
  }
}

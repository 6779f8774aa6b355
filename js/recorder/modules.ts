// The modules that only some recorders need, loaded from the kernel once per page.
//
// A busy kernel answers no request: so what the options name is loaded at the welcome, and what
// Python asks for is loaded then, since it waits for the answer.

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

  /** Load what the options name, the largest last. A failure is reported when it is needed. */
  preload({ source, limits, decode }: Options): void {
    const loading: Promise<unknown>[] = [];
    if (source.kind === "tone") loading.push(this.tone());
    if (limits.stop_on_silence !== null) loading.push(this.silence());
    if (decode) loading.push(this.decoder());
    for (const each of loading) each.catch(() => undefined);
  }

  tone = () => this.#require<typeof tone>("tone");
  silence = () => this.#require<typeof silence>("silence");
  decoder = () => this.#load<Decoder>("decoder");
  diagnosis = () => this.#load<typeof diagnosis>("diagnosis");
  orphans = () => this.#load<typeof orphans>("orphans");

  #load<T>(name: Asset): Promise<T> {
    return loadAsset<T>(this.channel, name, { ...DEFAULT_RETRY, signal: this.signal });
  }

  /** Load what start() needs: it fails with an error that Python knows by name. */
  #require<T>(name: Asset): Promise<T> {
    return this.#load<T>(name).catch((thrown: unknown) => {
      throw new DOMException((thrown as Error).message, "UnknownError");
    });
  }
}

// Assets: modules that only some pages need. A page requests each of them from the kernel once,
// when it is first needed. They are not in `_esm`, since that travels with every widget, and not on
// a CDN, since that may be out of reach.

import { fromBase64 } from "./base64";
import { importModule } from "./import-module";
import { inflate } from "./inflate";
import { VERSION } from "./protocol";
import { bytesOf, field, request, type Channel, type RetryPolicy } from "./request";

export type Asset =
  "decoder" | "diagnosis" | "orphans" | "regions" | "silence" | "take" | "tone" | "waveform";

const key = Symbol.for(`mediarecorder.assets/${VERSION}`);

/**
 * Load the module `name`. All callers in a page share one request. After a failure, the next call
 * makes a new request. If the request's caller aborts it (`retry.signal`), a waiting caller makes a
 * new one at once.
 */
export function loadAsset<T>(channel: Channel, name: Asset, retry?: RetryPolicy): Promise<T> {
  const loaded = assets();
  const shared = loaded.get(name);
  if (shared !== undefined) {
    return shared.catch((error: unknown) => {
      if (!isAborted(error)) throw error;
      return loadAsset(channel, name, retry);
    }) as Promise<T>;
  }
  const module = fetchModule(channel, name, retry);
  loaded.set(name, module);
  module.catch(() => loaded.delete(name));
  return module as Promise<T>;
}

const isAborted = (error: unknown) =>
  error instanceof Error &&
  error.cause instanceof DOMException &&
  error.cause.name === "AbortError";

// Kept on globalThis, since the player's bundle has its own copy of this file.
function assets(): Map<Asset, Promise<unknown>> {
  const global = globalThis as unknown as Record<symbol, Map<Asset, Promise<unknown>> | undefined>;
  return (global[key] ??= new Map<Asset, Promise<unknown>>());
}

async function fetchModule(channel: Channel, name: Asset, retry?: RetryPolicy): Promise<unknown> {
  try {
    const code = await request(channel, { kind: "asset", name }, parseCode(name), retry);
    return await importModule(await inflate(code));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`mediarecorder could not load its ${name}. ${reason}`, { cause: error });
  }
}

function parseCode(name: Asset) {
  return (content: unknown, buffers: DataView[]): Uint8Array<ArrayBuffer> | undefined => {
    if (field(content, "kind") !== "asset" || field(content, "name") !== name) {
      return undefined;
    }
    const refusal = field(content, "error");
    if (typeof refusal === "string") {
      throw new Error(refusal);
    }
    const [encoding, code] = [field(content, "encoding"), field(content, "code")];
    if (field(content, "version") === VERSION && encoding === "deflate") {
      return bytesOf(buffers[0]);
    }
    if (field(content, "version") === VERSION && encoding === "deflate+base64") {
      return typeof code === "string" ? fromBase64(code) : undefined;
    }
    throw new Error("The kernel has another version of mediarecorder: reload the page.");
  };
}

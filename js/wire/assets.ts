// Parts of the bundle that only some pages need: asked of the kernel on first need, once per page,
// because `_esm` travels with every widget and a CDN may be out of reach.

import { importModule } from "./import-module";
import { inflate } from "./inflate";
import { VERSION } from "./protocol";
import { bytesOf, field, request, type Channel, type RetryPolicy } from "./request";

export type Asset =
  "decoder" | "diagnosis" | "orphans" | "regions" | "silence" | "take" | "tone" | "waveform";

const key = Symbol.for(`mediarecorder.assets/${VERSION}`);

/**
 * The module that `name` names. A load that failed is forgotten, so that it can be tried again;
 * where the one who asked has gone (`signal` was aborted), the next one who waits asks.
 */
export function loadAsset<T>(channel: Channel, name: Asset, retry?: RetryPolicy): Promise<T> {
  const loaded = assets();
  const shared = loaded.get(name);
  if (shared !== undefined) {
    return shared.catch((error: unknown) => {
      if (!hasGone(error)) throw error;
      return loadAsset(channel, name, retry);
    }) as Promise<T>;
  }
  const module = fetchModule(channel, name, retry);
  loaded.set(name, module);
  module.catch(() => loaded.delete(name));
  return module as Promise<T>;
}

const hasGone = (error: unknown) =>
  error instanceof Error &&
  error.cause instanceof DOMException &&
  error.cause.name === "AbortError";

// A player of a take has a copy of this file of its own, so what is loaded belongs to the page.
function assets(): Map<Asset, Promise<unknown>> {
  const global = globalThis as unknown as Record<symbol, Map<Asset, Promise<unknown>> | undefined>;
  return (global[key] ??= new Map<Asset, Promise<unknown>>());
}

async function fetchModule(channel: Channel, name: Asset, retry?: RetryPolicy): Promise<unknown> {
  try {
    const code = await request(channel, { kind: "asset", name }, codeOf(name), retry);
    return await importModule(await inflate(code));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`mediarecorder could not load its ${name}. ${why}`, { cause: error });
  }
}

function codeOf(name: Asset) {
  return (content: unknown, buffers: DataView[]): Uint8Array<ArrayBuffer> | undefined => {
    if (field(content, "kind") !== "asset" || field(content, "name") !== name) {
      return undefined;
    }
    const refusal = field(content, "error");
    if (typeof refusal === "string") {
      throw new Error(refusal);
    }
    if (field(content, "version") !== VERSION || field(content, "encoding") !== "deflate") {
      throw new Error("The kernel has another version of mediarecorder: reload the page.");
    }
    return bytesOf(buffers[0]);
  };
}

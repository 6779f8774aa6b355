// The `_esm` of a recorder: the code of widget.ts, deflated. anywidget imports `_esm` again for
// each model, and a page never unloads a module. The first model of a page therefore makes the
// module, and the others share it.

import type { AnyWidget } from "@anywidget/types";

import { fromBase64 } from "../wire/base64";
import { importModule } from "../wire/import-module";
import { inflate, TOO_OLD } from "../wire/inflate";

/** Set by the bundler: the code, deflated and in base64, and its hash. */
declare const CODE: string;
declare const FINGERPRINT: string;

type Module = { default: AnyWidget };

const key = Symbol.for(`mediarecorder.widget/${FINGERPRINT}`);

export default async (): Promise<AnyWidget> => {
  if (!("DecompressionStream" in globalThis)) {
    return { render: ({ el }) => void (el.textContent = TOO_OLD) };
  }
  const global = globalThis as unknown as Record<symbol, Promise<Module> | undefined>;
  return (await (global[key] ??= loadWidget())).default;
};

async function loadWidget(): Promise<Module> {
  return importModule(await inflate(fromBase64(CODE)));
}

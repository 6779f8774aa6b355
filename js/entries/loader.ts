// What a recorder's `_esm` is: the code of widget.ts as text. anywidget imports `_esm` anew for each
// model, and a page never forgets a module: so the first model makes one of the text, for all.

import type { AnyWidget } from "@anywidget/types";

import { importCode } from "../wire/import-module";

/** Both from the bundler; the fingerprint is the code's. */
declare const CODE: string;
declare const FINGERPRINT: string;

type Module = { default: AnyWidget };

const key = Symbol.for(`mediarecorder.widget/${FINGERPRINT}`);

export default async (): Promise<AnyWidget> => {
  const global = globalThis as unknown as Record<symbol, Promise<Module> | undefined>;
  return (await (global[key] ??= importCode<Module>(CODE))).default;
};

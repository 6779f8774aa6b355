// A small web server for empty pages and for bundles that are built from the current sources.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

import { build, type Plugin } from "esbuild";

export type Site = { url: string; port: number; close: () => Promise<void> };

const BUNDLES = {
  widget: "js/entries/widget.ts",
  session: "js/entries/session.ts",
  annotator: "js/entries/annotator.ts",
  take: "js/entries/player.ts",
  decoder: "js/entries/decoder.ts",
  diagnosis: "js/entries/diagnosis.ts",
  orphans: "js/entries/orphans.ts",
  regions: "js/entries/regions.ts",
  silence: "js/entries/silence.ts",
  tone: "js/entries/tone.ts",
  waveform: "js/entries/waveform.ts",
};

/**
 * Start the server. `/recorder` is a page with the script of pages/recorder.ts, and so on; the
 * header of `/recorder?forbidden` forbids microphones. The bundles in `/pseudo/` use the
 * pseudolocale of pages/pseudo.ts.
 */
export async function serve(): Promise<Site> {
  const pages = ["recorder", "sessions", "states", "native"];
  const scripts = await bundle([], {
    ...BUNDLES,
    ...Object.fromEntries(pages.map((page) => [page, `tests/js/pages/${page}.ts`])),
  });
  const translated = await bundle([pseudo], BUNDLES);
  translated.forEach((code, file) => scripts.set(`/pseudo${file}`, code));
  scripts.set("/opus.webm", readFileSync("tests/data/opus.webm"));
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (searchParams.has("forbidden")) {
      response.setHeader("permissions-policy", "microphone=()");
    }
    const script = scripts.get(pathname);
    response.setHeader("content-type", script === undefined ? "text/html" : "text/javascript");
    const page = `<!doctype html><meta charset=utf-8><script type=module src=${pathname}.js></script>`;
    response.end(script ?? page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Bundle as build.mjs does. */
async function bundle(
  plugins: Plugin[],
  entryPoints: Record<string, string>,
): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints,
    plugins,
    bundle: true,
    format: "esm",
    target: "es2022",
    loader: { ".css": "text" },
    outdir: "/",
    write: false,
  });
  return new Map(outputFiles.map((file) => [file.path, file.contents]));
}

/** Replaces each English table with its translation. */
const pseudo: Plugin = {
  name: "pseudo-locale",
  setup: (build) =>
    build.onLoad({ filter: /\/locales\/en\.ts$/ }, ({ path: file }) => ({
      contents: `import { translate } from ${JSON.stringify(path.resolve("tests/js/pages/pseudo"))};
        ${readFileSync(file, "utf8").replace("export const english", "const original")}
        export const english = translate(original);`,
      loader: "ts",
    })),
};

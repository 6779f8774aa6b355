// Bundles js/ into src/mediarecorder/static/, one ES module for each entry.
//   node build.mjs            once, minified
//   node build.mjs --watch    at every change, with source maps
import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import * as esbuild from "esbuild";

const root = path.dirname(fileURLToPath(import.meta.url));
const outdir = path.join(root, "src/mediarecorder/static");
/** The name of each bundle, and its entry. */
const entries = {
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
const watch = process.argv.includes("--watch");

/** The maximum size of each bundle that is an `_esm` trait, which travels with every widget. */
const budget = {
  "widget.js": 40_000,
  "session.js": 40_000,
  "annotator.js": 40_000,
  "take.js": 40_000,
};
/** The maximum size of the code in widget.js when inflated, since every page parses it. */
const inflatedBudget = 90_000;

const options = {
  absWorkingDir: root,
  entryPoints: entries,
  outdir,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: !watch,
  metafile: true,
  legalComments: "none", // THIRD-PARTY.txt has the full licences
  plugins: [
    { name: "css as text", setup: ({ onLoad }) => onLoad({ filter: /\.css$/ }, readCss) },
    { name: "write", setup: ({ onEnd }) => onEnd(write) },
  ],
  sourcemap: watch ? "inline" : false,
  write: false,
  logLevel: "info",
};

if (watch) {
  process.on("exit", () => {
    esbuild.stop(); // its service would outlive this process
    // Leave the released bundles behind, which have no source maps.
    execFileSync(process.execPath, [fileURLToPath(import.meta.url)]);
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit());
  await (await esbuild.context(options)).watch();
} else {
  const { metafile } = await esbuild.build(options);
  writeFileSync(path.join(outdir, "THIRD-PARTY.txt"), thirdPartyLicences(metafile));
  requireBudget();
}

async function write({ outputFiles = [] }) {
  mkdirSync(outdir, { recursive: true });
  for (const { path: file, text } of outputFiles) {
    writeFileSync(file, path.basename(file) === "widget.js" ? await loader(text) : text);
  }
}

/** Bundle a module that inflates `code` and imports it once per page: see js/entries/loader.ts. */
async function loader(code) {
  requireAtMost("widget.js, inflated,", Buffer.byteLength(code), inflatedBudget);
  const fingerprint = createHash("sha256").update(code).digest("hex").slice(0, 16);
  const deflated = deflateSync(code, { level: 9 }).toString("base64");
  const { outputFiles } = await esbuild.build({
    ...options,
    entryPoints: ["js/entries/loader.ts"],
    define: { CODE: JSON.stringify(deflated), FINGERPRINT: JSON.stringify(fingerprint) },
    plugins: [],
    sourcemap: false,
  });
  return outputFiles[0].text;
}

async function readCss({ path: file }) {
  const rules = readFileSync(file, "utf8");
  const { code } = await esbuild.transform(rules, { loader: "css", minify: !watch });
  return { contents: code, loader: "text" };
}

/** The licences of all bundled packages. */
function thirdPartyLicences(metafile) {
  const inputs = Object.keys(metafile.inputs).map((file) => file.split("node_modules/"));
  const names = new Set(
    inputs.filter((parts) => parts.length > 1).map((parts) => packageName(parts.at(-1))),
  );
  return [...names]
    .sort()
    .map(licenceOf)
    .join(`\n${"-".repeat(80)}\n\n`);
}

function packageName(file) {
  return file.split("/", file.startsWith("@") ? 2 : 1).join("/");
}

function licenceOf(name) {
  const folder = path.join(root, "node_modules", name);
  const { version, license, homepage } = JSON.parse(
    readFileSync(path.join(folder, "package.json"), "utf8"),
  );
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} is bundled, but its package has no licence file.`);
  const text = readFileSync(path.join(folder, file), "utf8").trim();
  return `${name} ${version} (${license}), unmodified; source: ${homepage}\n\n${text}\n`;
}

function requireBudget() {
  for (const [file, max] of Object.entries(budget)) {
    requireAtMost(file, statSync(path.join(outdir, file)).size, max);
  }
}

function requireAtMost(what, size, max) {
  if (size > max) {
    console.error(`${what} has ${size} bytes, over its budget of ${max}. Load more on demand.`);
    process.exitCode = 1;
  }
}

// The built bundle that anywidget imports for each recorder, in real browsers.

import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { BROWSERS, useBrowser } from "../harness/browsers";

type Widget = { render: (props: { el: HTMLElement }) => unknown };
declare const load: () => Promise<Widget>;

const BUNDLE = readFileSync("src/mediarecorder/static/widget.js", "utf8");
/** A string, since vitest rewrites every `import` in the code. */
const LOAD = `globalThis.load = async () => {
  const code = new Blob([${JSON.stringify(BUNDLE)}], { type: "text/javascript" });
  return (await import(URL.createObjectURL(code))).default();
}`;

describe.each(BROWSERS)("the loader, in %s", (name) => {
  const bench = useBrowser(name, "native");

  it("imports the code once for all models of a page", async () => {
    await bench.page.evaluate(LOAD);
    const result = await bench.page.evaluate(async () => {
      const [one, other] = [await load(), await load()];
      return { methods: Object.keys(one).sort(), isShared: one === other };
    });
    expect(result).toEqual({ methods: ["initialize", "render"], isShared: true });
  });

  it("reports in the view that a browser without DecompressionStream is too old", async () => {
    await bench.page.evaluate(LOAD);
    const shown = await bench.page.evaluate(async () => {
      Reflect.deleteProperty(globalThis, "DecompressionStream");
      const el = document.createElement("div");
      (await load()).render({ el });
      return el.textContent;
    });
    expect(shown).toBe(
      "This browser is too old for mediarecorder: it has no DecompressionStream. " +
        "Update it; Safari has it from version 16.4 on.",
    );
  });
});

// What only some recorders need: when a page asks for it, and what becomes of a start() without it.

import { describe, expect, it } from "vitest";

import { BROWSERS, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";

declare const testPage: TestPage;

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "recorder");

  it("a microphone needs none of it", async () => {
    const asked = await bench.page.evaluate(async () => {
      const { microphone } = testPage;
      const kernel = await testPage.kernel({ source: microphone(), decode: false });
      kernel.command("start", "a");
      await kernel.letter("started");
      kernel.command("stop");
      await kernel.letter("stopped");
      return kernel.requestedAssets;
    });
    expect(asked).toEqual([]);
  });

  it("what the options name is asked for at the welcome, once per page, the decoder last", async () => {
    const asked = await bench.page.evaluate(async () => {
      const limits = { stop_on_silence: [5, -50] as [number, number] };
      const kernels = [await testPage.kernel({ limits }), await testPage.kernel({ limits })];
      await Promise.all(kernels.map((kernel) => kernel.letter("tried")));
      return kernels.map((kernel) => kernel.requestedAssets);
    });
    expect(asked).toEqual([["tone", "silence", "decoder"], []]);
  });

  it.each(["tone", "silence"])("a start() waits for %s, as for a permission", async (late) => {
    const result = await bench.page.evaluate(async (late) => {
      const source = late === "tone" ? testPage.tone(440) : testPage.microphone();
      const limits = late === "tone" ? {} : { stop_on_silence: [60, -90] as [number, number] };
      const { kernel, ...model } = await testPage.model({ source, limits, decode: false });
      let serve!: () => void;
      kernel.assetGate = new Promise<void>((resolve) => (serve = resolve));
      kernel.command("start", "a");
      await testPage.sleep(0.5);
      const before = kernel.events("a");
      serve();
      await kernel.letter("started");
      kernel.command("stop");
      await kernel.letter("stopped");
      return { before, after: kernel.events("a"), views: model.views.length };
    }, late);
    expect(result).toEqual({
      before: [],
      after: ["started", "dataavailable", "stopped"],
      views: 0,
    });
  });

  it.each(["tone", "silence"])(
    "without %s a start() fails, and the next one tries anew",
    async (lacking) => {
      const result = await bench.page.evaluate(async (lacking) => {
        const source = lacking === "tone" ? testPage.tone(440) : testPage.microphone();
        const limits = lacking === "tone" ? {} : { stop_on_silence: [60, -90] as [number, number] };
        const kernel = await testPage.kernel({ source, limits, decode: false });
        kernel.missingAssets = [lacking];
        kernel.command("start", "a");
        const { fault } = await kernel.letter("failed");
        const live = testPage.liveTracks();
        kernel.missingAssets = [];
        kernel.command("start", "b");
        await kernel.letter("started");
        kernel.command("stop");
        await kernel.letter("stopped");
        return { fault, live, events: [kernel.events("a"), kernel.events("b")] };
      }, lacking);
      const why = `The installed mediarecorder lacks ${lacking}.js.`;
      expect(result).toEqual({
        fault: {
          name: "UnknownError",
          message: `mediarecorder could not load its ${lacking}. ${why}`,
          cause: null,
        },
        live: 0,
        events: [["failed"], ["started", "dataavailable", "stopped"]],
      });
    },
  );

  it("the diagnosis and the orphans are asked for when Python asks for them", async () => {
    const result = await bench.page.evaluate(async () => {
      const { microphone } = testPage;
      const kernel = await testPage.kernel({ source: microphone(), decode: false });
      await kernel.letter("tried");
      kernel.send({ kind: "diagnose", page: kernel.page, names: false });
      await kernel.until(() => kernel.sent.some(({ kind }) => kind === "diagnosis"));
      const kept = await testPage.findOrphans(kernel);
      return { asked: kernel.requestedAssets, kept: kept.length };
    });
    expect(result).toEqual({ asked: ["diagnosis", "orphans"], kept: 0 });
  });

  it("a search without its module ends, with nothing found", async () => {
    const kept = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel({ source: testPage.microphone(), decode: false });
      kernel.missingAssets = ["orphans"];
      return testPage.findOrphans(kernel);
    });
    expect(kept).toEqual([]);
  });
});

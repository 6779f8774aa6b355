// Optional modules of a recorder: when a page requests them, and a start() without them.

import { describe, expect, it } from "vitest";

import { BROWSERS, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";

declare const testPage: TestPage;

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "recorder");

  it("a microphone needs no optional module", async () => {
    const requested = await bench.page.evaluate(async () => {
      const { microphone } = testPage;
      const kernel = await testPage.kernel({ source: microphone(), decode: false });
      kernel.command("start", "a");
      await kernel.letter("started");
      kernel.command("stop");
      await kernel.letter("stopped");
      return kernel.requestedAssets;
    });
    expect(requested).toEqual([]);
  });

  it("required modules are requested at the welcome, once per page", async () => {
    const requested = await bench.page.evaluate(async () => {
      const limits = { stop_on_silence: [5, -50] as [number, number] };
      const kernels = [await testPage.kernel({ limits }), await testPage.kernel({ limits })];
      await Promise.all(kernels.map((kernel) => kernel.letter("tried")));
      return kernels.map((kernel) => kernel.requestedAssets);
    });
    expect(requested).toEqual([["tone", "silence", "decoder"], []]);
  });

  it("modules arrive as text where the host drops buffers", async () => {
    const events = await bench.page.evaluate(async () => {
      const { kernel } = await testPage.model({ source: testPage.tone(440), decode: false });
      kernel.dropsBuffers = true;
      kernel.command("start", "a");
      await kernel.letter("started");
      kernel.command("stop");
      await kernel.letter("stopped");
      return kernel.events("a");
    });
    expect(events).toEqual(["started", "dataavailable", "stopped"]);
  });

  it.each(["tone", "silence"])(
    "a start() waits for the module %s, as for a permission",
    async (asset) => {
      const result = await bench.page.evaluate(async (asset) => {
        const source = asset === "tone" ? testPage.tone(440) : testPage.microphone();
        const limits = asset === "tone" ? {} : { stop_on_silence: [60, -90] as [number, number] };
        const { kernel, ...model } = await testPage.model({ source, limits, decode: false });
        let sendAssets!: () => void;
        kernel.assetGate = new Promise<void>((resolve) => (sendAssets = resolve));
        kernel.command("start", "a");
        await testPage.sleep(0.5);
        const before = kernel.events("a");
        sendAssets();
        await kernel.letter("started");
        kernel.command("stop");
        await kernel.letter("stopped");
        return { before, after: kernel.events("a"), views: model.views.length };
      }, asset);
      expect(result).toEqual({
        before: [],
        after: ["started", "dataavailable", "stopped"],
        views: 0,
      });
    },
  );

  it.each(["tone", "silence"])(
    "without the module %s a start() fails, and the next one requests it again",
    async (asset) => {
      const result = await bench.page.evaluate(async (asset) => {
        const source = asset === "tone" ? testPage.tone(440) : testPage.microphone();
        const limits = asset === "tone" ? {} : { stop_on_silence: [60, -90] as [number, number] };
        const kernel = await testPage.kernel({ source, limits, decode: false });
        kernel.missingAssets = [asset];
        kernel.command("start", "a");
        const { fault } = await kernel.letter("failed");
        const live = testPage.liveTracks();
        kernel.missingAssets = [];
        kernel.command("start", "b");
        await kernel.letter("started");
        kernel.command("stop");
        await kernel.letter("stopped");
        return { fault, live, events: [kernel.events("a"), kernel.events("b")] };
      }, asset);
      const reason = `The installed mediarecorder lacks ${asset}.js.`;
      expect(result).toEqual({
        fault: {
          name: "UnknownError",
          message: `mediarecorder could not load its ${asset}. ${reason}`,
          cause: null,
        },
        live: 0,
        events: [["failed"], ["started", "dataavailable", "stopped"]],
      });
    },
  );

  it("diagnosis and orphans are requested when Python needs them", async () => {
    const result = await bench.page.evaluate(async () => {
      const { microphone } = testPage;
      const kernel = await testPage.kernel({ source: microphone(), decode: false });
      await kernel.letter("tried");
      kernel.send({ kind: "diagnose", page: kernel.page, names: false });
      await kernel.until(() => kernel.sent.some(({ kind }) => kind === "diagnosis"));
      const orphans = await testPage.findOrphans(kernel);
      return { requested: kernel.requestedAssets, orphans: orphans.length };
    });
    expect(result).toEqual({ requested: ["diagnosis", "orphans"], orphans: 0 });
  });

  it("a search for orphans without its module finds none", async () => {
    const orphans = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel({ source: testPage.microphone(), decode: false });
      kernel.missingAssets = ["orphans"];
      return testPage.findOrphans(kernel);
    });
    expect(orphans).toEqual([]);
  });
});

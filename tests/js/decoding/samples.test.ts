// The samples that real browsers decode during a recording.

import { describe, expect, it } from "vitest";

import { BROWSERS, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";

declare const testPage: TestPage;

const OPUS = "audio/webm;codecs=opus";
const PCM = "audio/webm;codecs=pcm";
const TYPES = {
  chromium: [OPUS, PCM, "audio/mp4;codecs=opus"],
  firefox: [OPUS, "audio/ogg;codecs=opus"],
};

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "recorder");

  describe.each(TYPES[name])("samples of %s", (mimeType) => {
    it("arrive during the recording, and equal the blob's samples to the last one", async () => {
      const result = await bench.page.evaluate(async (mimeType) => {
        const source = testPage.microphone();
        const kernel = await testPage.kernel({ source, mimeType, live: true });
        kernel.command("start", "a");
        await kernel.letter("pcm", 3);
        kernel.command("pause");
        await kernel.letter("paused");
        kernel.command("resume");
        await kernel.letter("resumed");
        const early = kernel.letters.length;
        await kernel.until(() => kernel.letters.slice(early).some(({ kind }) => kind === "pcm"));
        kernel.command("stop");
        const { decoding } = await kernel.letter("stopped");
        const { sample_rate, channels } = await kernel.letter("pcm");
        const kinds = kernel.letters.map(({ kind }) => kind);
        const sizes = kernel.letters.flatMap((l) => (l.kind === "pcm" ? [l.bytes!.length] : []));
        const request = { kind: "decode", page: kernel.page, take: "b", mime_type: mimeType };
        kernel.send(request, kernel.blob("a"));
        await kernel.letter("decoded");
        const [running, atOnce] = [kernel.samples("a"), kernel.samples("b")];
        return {
          decoding,
          early: kinds.indexOf("pcm") < kinds.lastIndexOf("data"),
          last: kinds.lastIndexOf("pcm") < kinds.indexOf("stopped"),
          small: sizes.every((size) => size <= 4 * channels * Math.ceil(0.1 * sample_rate)),
          more: atOnce.length - running.length,
          different: running.findIndex((value, n) => value !== atOnce[n]),
          frequency: testPage.dominantFrequency(running, sample_rate, channels),
        };
      }, mimeType);
      expect(result).toMatchObject({
        decoding: "done",
        early: true,
        last: true,
        small: true,
        more: 0,
        different: -1,
        frequency: 440,
      });
    });

    it("are few, or none, if the take is stopped at once", async () => {
      const result = await bench.page.evaluate(async (mimeType) => {
        const source = testPage.microphone();
        const kernel = await testPage.kernel({ source, mimeType });
        kernel.command("start", "a");
        kernel.command("stop");
        const { decoding } = await kernel.letter("stopped");
        return { decoding, samples: kernel.samples("a").length };
      }, mimeType);
      expect(result.decoding).toBe("done");
      expect(result.samples).toBeLessThan(10_000);
    });
  });

  it("samples follow their bytes, except for the last tenth of a second", async () => {
    const result = await bench.page.evaluate(async (mimeType) => {
      const source = testPage.microphone();
      const kernel = await testPage.kernel({ source, mimeType, live: true });
      kernel.command("start", "a");
      await kernel.letter("data", 8);
      kernel.command("pause");
      await kernel.letter("paused");
      const request = { kind: "decode", page: kernel.page, take: "b", mime_type: mimeType };
      kernel.send(request, kernel.blob("a"));
      await kernel.letter("decoded");
      const { sample_rate, channels } = await kernel.letter("pcm");
      const total = kernel.samples("b").length;
      const enough = total - 0.1 * sample_rate * channels;
      await kernel.until(() => kernel.samples("a").length > enough, `${enough} samples`);
      return { samples: total, ended: kernel.events("a").includes("stopped") };
    }, OPUS);
    expect(result.samples).toBeGreaterThan(10_000);
    expect(result.ended).toBe(false);
  });

  it("bytes wait for the decoder while it loads", async () => {
    const result = await bench.page.evaluate(async (mimeType) => {
      const source = testPage.microphone();
      const model = await testPage.model({ source, mimeType, live: true });
      const { kernel } = model;
      let sendAssets!: () => void;
      kernel.assetGate = new Promise<void>((resolve) => (sendAssets = resolve));
      kernel.command("start", "a");
      await kernel.letter("data", 4);
      await kernel.done(kernel.command("stop"));
      const early = kernel.letters.filter(({ kind }) => kind === "pcm").length;
      sendAssets();
      const { decoding } = await kernel.letter("stopped");
      const request = { kind: "decode", page: kernel.page, take: "b", mime_type: mimeType };
      kernel.send(request, kernel.blob("a"));
      await kernel.letter("decoded");
      const [running, atOnce] = [kernel.samples("a"), kernel.samples("b")];
      return {
        early,
        decoding,
        samples: running.length,
        more: atOnce.length - running.length,
        different: running.findIndex((value, n) => value !== atOnce[n]),
      };
    }, OPUS);
    expect(result).toMatchObject({ early: 0, decoding: "done", more: 0, different: -1 });
    expect(result.samples).toBeGreaterThan(5_000);
  });

  it("the kernel receives the reason if the decoder cannot be loaded", async () => {
    const reason = await bench.page.evaluate(async (mime_type) => {
      const kernel = await testPage.kernel({ decode: false });
      await kernel.letter("tried");
      kernel.assetGate = new Promise(() => undefined);
      kernel.send({ kind: "decode", page: kernel.page, take: "a", mime_type }, new Uint8Array(4));
      await kernel.until(() => kernel.sent.some(({ kind }) => kind === "asset"));
      kernel.send({ kind: "asset", name: "decoder", error: "No way." });
      return (await kernel.letter("decoded")).decoding;
    }, OPUS);
    expect(reason).toBe("Error: mediarecorder could not load its decoder. No way.");
  });

  describe("without WebCodecs", () => {
    const recorded = (mimeType: string) =>
      bench.page.evaluate(async (mimeType) => {
        Reflect.deleteProperty(globalThis, "AudioDecoder");
        const source = testPage.microphone();
        const kernel = await testPage.kernel({ source, mimeType, live: true });
        kernel.command("start", "a");
        await kernel.letter("data", 8);
        kernel.command("stop");
        const { decoding } = await kernel.letter("stopped");
        const kinds = kernel.letters.map(({ kind }) => kind);
        const { sample_rate, channels } = await kernel.letter("pcm");
        const request = { kind: "decode", page: kernel.page, take: "b", mime_type: mimeType };
        kernel.send(request, kernel.blob("a"));
        const decoded = await kernel.letter("decoded");
        const expected = await testPage.decoded(kernel.blob("a"), sample_rate);
        const same = (samples: Float32Array) =>
          samples.length === expected.length && samples.every((value, n) => value === expected[n]);
        return {
          outcomes: [decoding, decoded.decoding],
          sample_rate,
          running: kinds.indexOf("pcm") < kinds.lastIndexOf("data"),
          same: [same(kernel.samples("a")), same(kernel.samples("b"))],
          frequency: testPage.dominantFrequency(kernel.samples("a"), sample_rate, channels),
        };
      }, mimeType);

    it("the browser decodes the whole take at the end", async () => {
      expect(await recorded(TYPES[name].at(-1)!)).toEqual({
        outcomes: ["done", "done"],
        sample_rate: 48_000,
        running: false,
        same: [true, true],
        frequency: 440,
      });
    });

    it.runIf(name === "chromium")("PCM is read during the recording", async () => {
      expect(await recorded(PCM)).toEqual({
        outcomes: ["done", "done"],
        sample_rate: 44_100,
        running: true,
        same: [true, true],
        frequency: 440,
      });
    });

    it("a recording that is too long for that is reported", async () => {
      const result = await bench.page.evaluate(async () => {
        const kernel = await testPage.kernel();
        await kernel.letter("tried");
        const request = { kind: "decode", page: kernel.page, take: "b", mime_type: "audio/webm" };
        kernel.send(request, new Uint8Array(9 << 20));
        return (await kernel.letter("decoded")).decoding;
      });
      expect(result).toMatch(/can decode a recording only as a whole, and this one is too long/);
    });
  });
});

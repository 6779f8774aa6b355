// Takes in real browsers, with a fake kernel: letters, bytes and samples.

import { describe, expect, it } from "vitest";

import { BROWSERS, MICROPHONE_HZ, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";

declare const testPage: TestPage;

const PCM = "audio/webm;codecs=pcm";
const OPUS = "audio/webm;codecs=opus";

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "recorder");
  const chromium = name === "chromium";

  describe("a take", () => {
    it("of a microphone has ordered letters and MediaRecorder's exact bytes", async () => {
      const result = await bench.page.evaluate(async () => {
        const kernel = await testPage.kernel({ source: testPage.microphone() });
        const start = kernel.command("start", "a");
        await kernel.done(start);
        await kernel.until(() => kernel.blob("a").length > 5_000);
        kernel.command("stop");
        const stopped = await kernel.letter("stopped");
        const { recorder, blobs } = testPage.natives[0]!;
        return {
          kinds: kernel.letters.map(({ kind }) => kind).join(" "),
          started: await kernel.letter("started"),
          stopped,
          type: blobs[0]!.type,
          state: recorder.state,
          bytes: await testPage.compare(kernel.blob("a"), blobs),
          largest: Math.max(...kernel.letters.map(({ bytes }) => bytes?.length ?? 0)),
          live: testPage.liveTracks(),
          settings: testPage.streams[0]!.getAudioTracks()[0]!.getSettings(),
          frequency: testPage.dominantFrequency(
            kernel.samples("a"),
            (await kernel.letter("pcm")).sample_rate,
            (await kernel.letter("pcm")).channels,
          ),
        };
      });
      // The times of `devices` and `pcm` letters vary.
      expect(result.kinds.replace(/ (devices|pcm)/g, "")).toMatch(
        /^tried started( data)+ stopped$/,
      );
      expect(result.kinds).toMatch(/ pcm stopped$/);
      expect(result.bytes).toBe("equal");
      expect(result.state).toBe("inactive");
      expect(result.live).toBe(0);
      expect(result.largest).toBeLessThanOrEqual(1 << 20);
      expect(result.frequency).toBe(MICROPHONE_HZ);
      expect(result.started.settings).toMatchObject(result.settings);
      expect(result.started.settings["label"]).toEqual(expect.stringMatching(/./));
      expect(Math.abs(Date.now() - result.started.at)).toBeLessThan(60_000);
      expect(result.stopped).toMatchObject({
        take: "a",
        ended_by: "stop",
        mime_type: result.type,
        decoding: "done",
      });
      expect(result.stopped.mime_type).toMatch(chromium ? /^audio\/webm;/ : /^audio\/ogg;/);
    });

    it("keeps the sound that was recorded while the page was blocked before its stop", async () => {
      const result = await bench.page.evaluate(async (mimeType) => {
        const kernel = await testPage.kernel({ source: testPage.microphone(), mimeType });
        kernel.command("start", "a");
        await kernel.until(() => kernel.blob("a").length > 5_000);
        for (const until = performance.now() + 1_000; performance.now() < until;);
        kernel.command("stop");
        const { seconds } = await kernel.letter("stopped");
        const { sample_rate, channels } = await kernel.letter("pcm");
        return { seconds, sound: kernel.samples("a").length / channels / sample_rate };
      }, OPUS);
      expect(result.seconds).toBeGreaterThan(1);
      // Firefox's fake microphone loses some sound on a busy machine.
      expect(result.sound).toBeGreaterThan(result.seconds - (chromium ? 0.25 : 0.75));
    });

    it("of a tone has the tone's frequencies, sample rate and length", async () => {
      const result = await bench.page.evaluate(async (mimeType) => {
        const source = testPage.tone([440, 1000], 48_000, 0.25);
        const kernel = await testPage.kernel({ source, mimeType });
        kernel.command("start", "a");
        await kernel.until(() => kernel.blob("a").length > 10_000);
        kernel.command("stop");
        const { seconds, decoding, mime_type } = await kernel.letter("stopped");
        const { sample_rate, channels } = await kernel.letter("pcm");
        const samples = kernel.samples("a");
        const middle = samples.slice(samples.length / 4, samples.length / 2);
        return {
          mime_type,
          decoding,
          sample_rate,
          channels,
          seconds,
          length: samples.length / channels / sample_rate,
          other:
            (await testPage.decoded(kernel.blob("a"), sample_rate)).length / channels / sample_rate,
          peak: middle.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
          left: testPage.dominantFrequency(samples, sample_rate, channels, 0),
          right: testPage.dominantFrequency(samples, sample_rate, channels, 1),
        };
      }, OPUS);
      expect(result).toMatchObject({ decoding: "done", sample_rate: 48_000, channels: 2 });
      expect([result.left, result.right]).toEqual([440, 1000]);
      expect(result.peak).toBeGreaterThan(0.2);
      expect(result.peak).toBeLessThan(0.3);
      expect(result.mime_type.replaceAll(" ", "")).toBe(OPUS);
      // Decoders differ in whether they drop the encoder's delay. A busy machine records less sound
      // than the clock suggests.
      expect(Math.abs(result.length - result.other)).toBeLessThan(0.06);
      expect(result.length).toBeLessThan(result.seconds + 0.06);
    });

    it.runIf(chromium)("of PCM is exact: another decoder yields the same samples", async () => {
      const result = await bench.page.evaluate(async (mimeType) => {
        const source = testPage.tone([440, 1000], 44_100, 0.25);
        const kernel = await testPage.kernel({ source, mimeType });
        kernel.command("start", "a");
        await kernel.until(() => kernel.blob("a").length > 100_000);
        kernel.command("stop");
        await kernel.letter("stopped");
        const { sample_rate, channels } = await kernel.letter("pcm");
        const samples = kernel.samples("a");
        const expected = await testPage.decoded(kernel.blob("a"), sample_rate);
        return {
          sample_rate,
          channels,
          lengths: [samples.length, expected.length],
          different: samples.findIndex((value, n) => value !== expected[n]),
          frequencies: [0, 1].map((c) =>
            testPage.dominantFrequency(samples, sample_rate, channels, c),
          ),
        };
      }, PCM);
      expect(result).toMatchObject({
        sample_rate: 44_100,
        channels: 2,
        different: -1,
        frequencies: [440, 1000],
      });
      expect(result.lengths[0]).toBe(result.lengths[1]);
      expect(result.lengths[0]).toBeGreaterThan(10_000);
    });

    it("is not decoded if the options say so", async () => {
      const result = await bench.page.evaluate(async () => {
        const kernel = await testPage.kernel({ source: testPage.microphone(), decode: false });
        kernel.command("start", "a");
        await kernel.letter("data");
        kernel.command("stop");
        const { decoding } = await kernel.letter("stopped");
        return { decoding, kinds: kernel.sent.map(({ kind }) => kind) };
      });
      expect(result.decoding).toBeNull();
      expect(result.kinds).not.toContain("pcm");
      expect(result.kinds).not.toContain("asset");
    });

    it("that is stopped directly after its start is short, not lost", async () => {
      const result = await bench.page.evaluate(async () => {
        const kernel = await testPage.kernel();
        ["start", "pause", "resume", "stop"].forEach((op) =>
          kernel.command(op as "start" | "stop", op === "start" ? "a" : null),
        );
        const { decoding } = await kernel.letter("stopped");
        const bytes = await testPage.compare(kernel.blob("a"), testPage.natives[0]!.blobs);
        return { events: kernel.events("a"), decoding, bytes };
      });
      expect(result).toEqual({
        events: ["started", "paused", "resumed", "dataavailable", "stopped"],
        decoding: "done",
        bytes: "equal",
      });
    });

    it("is sent in parts of at most 1 MiB, however large its blobs are", async () => {
      const result = await bench.page.evaluate(async () => {
        const Native = MediaRecorder;
        const large = new Blob([crypto.getRandomValues(new Uint8Array(60_000))]);
        globalThis.MediaRecorder = class extends Native {
          override set ondataavailable(handler: (event: BlobEvent) => void) {
            const data = new Blob(Array.from({ length: 50 }, () => large));
            super.ondataavailable = () => handler(new BlobEvent("dataavailable", { data }));
          }
        };
        const kernel = await testPage.kernel({ decode: false });
        kernel.command("start", "a");
        kernel.command("request_data");
        kernel.command("stop");
        await kernel.letter("stopped");
        const sizes = kernel.letters.flatMap(({ kind, bytes }) =>
          kind === "data" ? [bytes!.length] : [],
        );
        const blobs = Array.from({ length: sizes.length / 3 }, () =>
          Array<Blob>(50).fill(large),
        ).flat();
        return { sizes, bytes: await testPage.compare(kernel.blob("a"), blobs) };
      });
      const one = [1 << 20, 1 << 20, 3_000_000 - (2 << 20)];
      expect(result.sizes.slice(0, 3)).toEqual(one);
      expect(Math.max(...result.sizes)).toBe(1 << 20);
      expect(result.bytes).toBe("equal");
    });

    it("reports its state in every message", async () => {
      const result = await bench.page.evaluate(async (mimeType) => {
        const kernel = await testPage.kernel({ mimeType });
        const states: string[] = [];
        const reported = () => {
          const last = kernel.sent.filter((message) => "snapshot" in message).at(-1)!;
          return `${last.snapshot.state} ${last.snapshot.mime_type.replaceAll(" ", "")}`;
        };
        await kernel.letter("tried");
        states.push(reported());
        await kernel.done(kernel.command("start", "a"));
        await kernel.letter("data");
        states.push(reported());
        await kernel.done(kernel.command("pause"));
        states.push(reported());
        await kernel.done(kernel.command("resume"));
        states.push(reported());
        await kernel.done(kernel.command("stop"));
        states.push(reported());
        const clocks = kernel.sent.flatMap((m) => ("clock" in m ? [m.clock] : []));
        return { states, clocks };
      }, OPUS);
      expect(result.states).toEqual([
        `inactive ${OPUS}`,
        `recording ${OPUS}`,
        `paused ${OPUS}`,
        `recording ${OPUS}`,
        `inactive ${OPUS}`,
      ]);
      expect(result.clocks).toEqual(result.clocks.map((_, n) => n));
    });
  });

  it("a pause excludes the sound during it", async () => {
    const result = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel();
      kernel.command("start", "a");
      await kernel.letter("data", 3);
      kernel.command("pause");
      await kernel.letter("paused");
      await testPage.sleep(1.5);
      kernel.command("resume");
      await kernel.letter("resumed");
      await kernel.letter("data", 5);
      kernel.command("stop");
      const { seconds } = await kernel.letter("stopped");
      const { sample_rate, channels } = await kernel.letter("pcm");
      const { at } = await kernel.letter("started");
      return {
        events: kernel.events("a"),
        seconds,
        wall: (Date.now() - at) / 1_000,
        sound: kernel.samples("a").length / channels / sample_rate,
      };
    });
    expect(result.events).toEqual(["started", "paused", "resumed", "dataavailable", "stopped"]);
    expect(result.seconds).toBeLessThan(result.wall - 1.4);
    expect(result.sound).toBeLessThan(result.wall - 1.4);
    expect(result.sound).toBeGreaterThan(0.5);
  });

  it("bytes of another page's take are decoded, and invalid bytes are reported", async () => {
    const result = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel({ source: testPage.microphone() });
      kernel.command("start", "a");
      await kernel.until(() => kernel.blob("a").length > 5_000);
      kernel.command("stop");
      const { mime_type } = await kernel.letter("stopped");
      const request = { kind: "decode", page: kernel.page, mime_type };
      kernel.send({ ...request, take: "b" }, kernel.blob("a"));
      const good = await kernel.letter("decoded");
      kernel.send({ ...request, take: "c" }, new Uint8Array(5_000).fill(7));
      const bad = await kernel.letter("decoded", 2);
      const [own, other] = [kernel.samples("a"), kernel.samples("b")];
      return {
        decoded: [good.take, good.decoding],
        failed: [bad.take, bad.decoding === "done", bad.decoding.length > 0],
        lengths: [own.length, other.length],
        different: own.findIndex((value, n) => value !== other[n]),
        none: kernel.samples("c").length,
      };
    });
    expect(result).toMatchObject({
      decoded: ["b", "done"],
      failed: ["c", false, true],
      different: -1,
      none: 0,
    });
    expect(result.lengths[0]).toBe(result.lengths[1]);
    expect(result.lengths[0]).toBeGreaterThan(1_000);
  });

  it("reports the supported types in its hello and in answer to a query", async () => {
    const result = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel();
      await kernel.letter("tried");
      const hello = kernel.sent.find((message) => message.kind === "hello")!;
      const answers: Record<string, unknown> = {};
      for (const mime_type of [
        "audio/webm;codecs=opus",
        "audio/nothing",
        "video/webm;codecs=vp8,opus",
      ]) {
        kernel.send({ kind: "query", page: kernel.page, mime_type });
        await kernel.until(() =>
          kernel.sent.some((m) => m.kind === "answer" && m.mime_type === mime_type),
        );
        const answer = kernel.sent.find((m) => m.kind === "answer" && m.mime_type === mime_type);
        answers[mime_type] = answer?.kind === "answer" && answer.supported;
      }
      const types = "types" in hello ? hello.types : {};
      const mismatches = Object.entries(types).filter(([type, supported]) => {
        const quoted = type.replace(/codecs=(.*)$/, 'codecs="$1"');
        return MediaRecorder.isTypeSupported(quoted) !== supported;
      });
      return { answers, mismatches, pcm: types["audio/webm;codecs=pcm"] };
    });
    expect(result).toEqual({
      answers: {
        "audio/webm;codecs=opus": true,
        "audio/nothing": false,
        "video/webm;codecs=vp8,opus": true,
      },
      mismatches: [],
      pcm: chromium,
    });
  });
});

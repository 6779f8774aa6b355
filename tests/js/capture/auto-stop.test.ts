// Takes that a limit ends, in case the user forgets to stop.

import { describe, expect, it } from "vitest";

import { BROWSERS, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";

declare const testPage: TestPage;

/** The levels of a tone in the left and the right channel from second `at` on. */
type Step = [at: number, left: number, right: number];

const ORDINARY = ["started", "dataavailable", "stopped"];

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "recorder");
  const chromium = name === "chromium";

  describe("max_duration", () => {
    it("ends a take of Python or of the button, also for a busy kernel", async () => {
      const result = await bench.page.evaluate(async () => {
        const limits = { max_duration: 1 };
        const source = testPage.microphone();
        const { kernel } = await testPage.model({ source, limits });
        const pressed = await testPage.model({ source, limits, decode: false });
        kernel.command("start", "a");
        await kernel.letter("data");
        kernel.busy = true;
        const button = pressed.render().querySelector<HTMLButtonElement>(".main")!;
        await pressed.kernel.until(() => button.ariaDisabled === "false");
        button.click();
        const own = await pressed.kernel.letter("stopped");
        await kernel.until(() => testPage.natives[0]!.recorder.state === "inactive");
        const live = testPage.liveTracks();
        kernel.wake();
        const { ended_by, seconds, decoding, snapshot } = await kernel.letter("stopped");
        return {
          result: { ended_by, decoding, state: snapshot.state },
          own: own.ended_by,
          seconds: [seconds, own.seconds],
          live,
          events: kernel.events("a"),
          bytes: await testPage.compare(kernel.blob("a"), testPage.natives[0]!.blobs),
        };
      });
      expect(result).toMatchObject({
        result: { ended_by: "max_duration", decoding: "done", state: "inactive" },
        own: "max_duration",
        live: 0,
        events: ORDINARY,
        bytes: "equal",
      });
      for (const seconds of result.seconds) {
        expect(seconds).toBeGreaterThanOrEqual(1);
        expect(seconds).toBeLessThan(2);
      }
    });

    it("excludes pauses", async () => {
      const result = await bench.page.evaluate(async () => {
        const limits = { max_duration: 1 };
        const kernel = await testPage.kernel({ limits, decode: false });
        kernel.command("start", "a");
        await kernel.letter("data");
        kernel.command("pause");
        await kernel.letter("paused");
        await testPage.sleep(1.2);
        const { state } = testPage.natives[0]!.recorder;
        kernel.command("resume");
        const { ended_by, seconds } = await kernel.letter("stopped");
        return { state, ended_by, seconds };
      });
      expect(result).toMatchObject({ state: "paused", ended_by: "max_duration" });
      expect(result.seconds).toBeGreaterThanOrEqual(1);
      expect(result.seconds).toBeLessThan(2);
    });

    it("shortens a start() with a longer duration, and no other", async () => {
      const result = await bench.page.evaluate(async () => {
        const asked = async (seconds: number) => {
          const limits = { max_duration: 0.8 };
          const kernel = await testPage.kernel({ limits, decode: false });
          kernel.command("start", "a", null, seconds);
          const { ended_by, seconds: lasted } = await kernel.letter("stopped");
          return { ended_by, isEnough: lasted >= seconds };
        };
        return Promise.all([0.8, 5].map(asked));
      });
      expect(result).toEqual([
        { ended_by: "stop", isEnough: true },
        { ended_by: "max_duration", isEnough: false },
      ]);
    });

    it("holds in a hidden page with throttled timers, and without chunks", async () => {
      const result = await bench.page.evaluate(async () => {
        const limits = { max_duration: 0.8 };
        const ended = async () => {
          const kernel = await testPage.kernel({ limits, decode: false });
          kernel.command("start", "a");
          const { ended_by, seconds } = await kernel.letter("stopped");
          return [ended_by, seconds < 2];
        };
        const real = globalThis.setTimeout;
        globalThis.setTimeout = ((f: () => void, ms = 0) =>
          real(f, ms < 50 ? ms : 60_000)) as typeof setTimeout;
        const byChunks = await ended();
        globalThis.setTimeout = real;
        const Native = MediaRecorder;
        globalThis.MediaRecorder = class extends Native {
          override start() {
            super.start(); // a browser that keeps all bytes until the stop
          }
        };
        return [byChunks, await ended()];
      });
      expect(result).toEqual([
        ["max_duration", true],
        ["max_duration", true],
      ]);
    });
  });

  describe("max_bytes", () => {
    const types: [type: string, most: number][] = chromium
      ? [
          ["audio/webm;codecs=opus", 40_000],
          ["audio/webm;codecs=pcm", 600_000],
          ["audio/mp4;codecs=opus", 40_000],
        ]
      : [
          ["audio/ogg;codecs=opus", 40_000],
          ["audio/webm;codecs=opus", 40_000],
        ];

    const ended = (mimeType: string, most: number) =>
      bench.page.evaluate(
        async (mimeType, max_bytes) => {
          const source = testPage.microphone();
          const kernel = await testPage.kernel({ source, mimeType, limits: { max_bytes } });
          kernel.command("start", "a");
          const { ended_by, decoding } = await kernel.letter("stopped");
          return {
            ended_by,
            decoding,
            events: kernel.events("a"),
            bytes: await testPage.compare(kernel.blob("a"), testPage.natives[0]!.blobs),
            size: kernel.blob("a").length,
            samples: kernel.samples("a").length,
          };
        },
        mimeType,
        most,
      );

    it.each(types)("is nearly reached and never exceeded: %s", async (type, most) => {
      const result = await ended(type, most);
      expect(result).toMatchObject({
        ended_by: "max_bytes",
        decoding: "done",
        events: ORDINARY,
        bytes: "equal",
      });
      expect(result.size).toBeLessThanOrEqual(most);
      expect(result.size).toBeGreaterThan(most / 3);
    });

    it("is not exceeded by buffered bytes, as at a low bit rate", async () => {
      const result = await bench.page.evaluate(async () => {
        const source = testPage.microphone();
        const kernel = await testPage.kernel({ source, limits: { max_bytes: 8_000 } });
        kernel.options.recorder.audioBitsPerSecond = 16_000;
        kernel.command("start", "a");
        const { ended_by, decoding } = await kernel.letter("stopped");
        return { ended_by, decoding, size: kernel.blob("a").length };
      });
      expect(result).toMatchObject({ ended_by: "max_bytes", decoding: "done" });
      expect(result.size).toBeLessThanOrEqual(8_000);
    });

    it("does not end a take early during a silence, which yields few bytes", async () => {
      const ended_by = await bench.page.evaluate(async () => {
        testPage.input.steps = [];
        const limits = { max_bytes: 50_000, max_duration: 2.5 };
        const source = testPage.microphone();
        const kernel = await testPage.kernel({ source, limits, decode: false });
        kernel.command("start", "a");
        return (await kernel.letter("stopped")).ended_by;
      });
      expect(ended_by).toBe("max_duration");
    });

    it.each(types)("leaves at least half a second: %s", async (type) => {
      const result = await ended(type, 1);
      expect(result).toMatchObject({ ended_by: "max_bytes", decoding: "done", bytes: "equal" });
      expect(result.samples).toBeGreaterThan(10_000);
    });
  });

  describe("stop_on_silence", () => {
    /** Inputs with their levels, and the second at which silence ends the take. */
    const sounds: Record<string, { steps: Step[]; ends: number | null }> = {
      nothing: { steps: [], ends: 0.8 },
      tone: { steps: [[0, 0.1, 0.1]], ends: null },
      "tone, then nothing": {
        steps: [
          [0, 0.1, 0.1],
          [1, 0, 0],
        ],
        ends: 1.8,
      },
      "tone, then a soft one": {
        steps: [
          [0, 0.1, 0.1],
          [1, 0.03, 0.03],
        ],
        ends: 1.8,
      },
      "tone on the right": { steps: [[0, 0, 0.1]], ends: null },
      "tone that the channels' sum would cancel": { steps: [[0, 0.1, -0.1]], ends: null },
      "two ticks of 60 ms": {
        steps: [
          [0.6, 0.1, 0],
          [0.66, 0, 0],
          [1.2, 0, 0.1],
          [1.26, 0, 0],
        ],
        ends: 2.06,
      },
    };
    const LEVEL = 20 * Math.log10(0.1) - 3 - 3; // 3 dB below that of the loud tone

    it("ends a take when every channel has been below the level for long enough", async () => {
      const result = await bench.page.evaluate(
        async (sounds, level) => {
          const limits = { stop_on_silence: [0.8, level] as [number, number], max_duration: 4 };
          const source = testPage.microphone();
          const kernels: Awaited<ReturnType<typeof testPage.kernel>>[] = [];
          for (const { steps } of Object.values(sounds)) {
            const kernel = await testPage.kernel({ source, limits, decode: false });
            testPage.input.steps = steps;
            kernel.command("start", "a");
            await kernel.letter("started");
            kernels.push(kernel);
          }
          const ended = async (kernel: (typeof kernels)[0], n: number) => {
            const { ended_by, seconds } = await kernel.letter("stopped");
            const { blobs } = testPage.natives[n]!;
            const bytes = await testPage.compare(kernel.blob("a"), blobs);
            return { ended_by, seconds, bytes, events: kernel.events("a") };
          };
          return { takes: await Promise.all(kernels.map(ended)), live: testPage.liveTracks() };
        },
        sounds,
        LEVEL,
      );
      expect(result.live).toBe(0);
      Object.entries(sounds).forEach(([sound, { ends }], n) => {
        const { seconds, ...take } = result.takes[n]!;
        const ended_by = ends === null ? "max_duration" : "silence";
        expect(take, sound).toEqual({ ended_by, bytes: "equal", events: ORDINARY });
        expect(seconds, sound).toBeGreaterThan((ends ?? 4) - 0.1);
        expect(seconds, sound).toBeLessThan((ends ?? 4) + 1.5);
      });
    });

    it("excludes pauses, and restarts its count after each", async () => {
      const result = await bench.page.evaluate(async () => {
        testPage.input.steps = [];
        const limits = { stop_on_silence: [1.2, -50] as [number, number] };
        const source = testPage.microphone();
        const kernel = await testPage.kernel({ source, limits, decode: false });
        kernel.command("start", "a");
        await kernel.letter("started");
        await testPage.sleep(0.7);
        kernel.command("pause");
        await kernel.letter("paused");
        await testPage.sleep(1.3);
        kernel.command("resume");
        const { ended_by, seconds } = await kernel.letter("stopped");
        return { ended_by, seconds };
      });
      expect(result.ended_by).toBe("silence");
      expect(result.seconds).toBeGreaterThan(1.7);
    });

    it("does not count the time in which a blocked page has not listened", async () => {
      const result = await bench.page.evaluate(async () => {
        testPage.input.steps = [];
        const limits = { stop_on_silence: [2, -50] as [number, number] };
        const source = testPage.microphone();
        const kernel = await testPage.kernel({ source, limits, decode: false });
        kernel.command("start", "a");
        await kernel.letter("started");
        for (const until = performance.now() + 2_000; performance.now() < until;);
        const { ended_by, seconds } = await kernel.letter("stopped");
        return { ended_by, seconds };
      });
      expect(result.ended_by).toBe("silence");
      expect(result.seconds).toBeGreaterThan(2.5);
    });

    it("uses one AudioContext and closes it at the end; other limits use none", async () => {
      const result = await bench.page.evaluate(async () => {
        const made: AudioContext[] = [];
        const Native = AudioContext;
        globalThis.AudioContext = class extends Native {
          constructor(options?: AudioContextOptions) {
            super(options);
            made.push(this);
          }
        };
        const source = testPage.microphone();
        const counts: number[] = [];
        for (const limits of [
          { max_duration: 1 },
          { stop_on_silence: [5, -50] as [number, number] },
        ]) {
          const kernel = await testPage.kernel({ source, limits, decode: false });
          kernel.command("start", "a");
          await kernel.letter("data");
          kernel.command("stop");
          await kernel.letter("stopped");
          counts.push(made.length);
        }
        return { counts, states: made.map(({ state }) => state) };
      });
      expect(result).toEqual({ counts: [0, 1], states: ["closed"] });
    });

    it("is not detected while the AudioContext is suspended", async () => {
      const result = await bench.page.evaluate(async () => {
        const Native = AudioContext;
        globalThis.AudioContext = class extends Native {
          constructor(options?: AudioContextOptions) {
            super(options);
            void this.suspend();
          }
          override resume = () => new Promise<void>(() => undefined);
        };
        const limits = { stop_on_silence: [0.5, 0] as [number, number], max_duration: 1.5 };
        const source = testPage.microphone();
        const kernel = await testPage.kernel({ source, limits, decode: false });
        kernel.command("start", "a");
        return (await kernel.letter("stopped")).ended_by;
      });
      expect(result).toBe("max_duration");
    });
  });
});

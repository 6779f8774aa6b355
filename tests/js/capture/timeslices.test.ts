// The user's timeslice in real browsers: the bytes of each `dataavailable` event.

import { describe, expect, it } from "vitest";

import { BROWSERS, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";

declare const testPage: TestPage;

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "recorder");
  const chromium = name === "chromium";

  describe("the user's timeslice", () => {
    /** Record one take; returns the number of bytes of each `dataavailable` event. */
    const recordSliced = (timeslice: number | null, seconds: number) =>
      bench.page.evaluate(
        async (timeslice, seconds) => {
          const kernel = await testPage.kernel({ decode: false });
          kernel.command("start", "a", timeslice);
          await kernel.letter("started");
          await testPage.sleep(seconds);
          kernel.command("stop");
          const stopped = await kernel.letter("stopped");
          const slices = [0];
          for (const letter of kernel.letters) {
            slices[slices.length - 1]! += letter.bytes?.length ?? 0;
            if ("timecode" in letter) {
              slices.push(0);
            }
          }
          return {
            slices,
            seconds: stopped.seconds,
            timecodes: kernel.letters.flatMap((l) => ("timecode" in l ? [l.timecode] : [])),
            bytes: await testPage.compare(kernel.blob("a"), testPage.natives[0]!.blobs),
            parts: kernel.letters.filter(({ kind }) => kind === "data").length,
          };
        },
        timeslice,
        seconds,
      );

    it("of null yields one event, although bytes are sent throughout", async () => {
      const { slices, bytes, parts } = await recordSliced(null, 1.6);
      expect(slices.length - 1).toBe(1);
      expect(slices.at(-1)).toBe(0);
      expect(parts).toBeGreaterThanOrEqual(4);
      expect(bytes).toBe("equal");
    });

    it("of 1000 ms yields one event per second, and one for the rest", async () => {
      const { slices, seconds, bytes, timecodes } = await recordSliced(1_000, 2.4);
      expect(seconds).toBeGreaterThanOrEqual(2.4);
      expect(slices.length - 1).toBe(Math.floor(seconds) + 1);
      expect(slices.slice(0, 2).every((size) => size > 0)).toBe(true);
      expect(slices.at(-1)).toBe(0);
      expect(bytes).toBe("equal");
      if (chromium) {
        expect(timecodes[0]).toBe(0);
        expect(timecodes[1]).toBeGreaterThan(800);
        expect(timecodes[2]).toBeGreaterThan(1_700);
      } else {
        expect(new Set(timecodes)).toEqual(new Set([null]));
      }
    });

    it("of 100 ms yields many events", async () => {
      const { slices, seconds, bytes } = await recordSliced(100, 1.2);
      expect(slices.length - 1).toBeGreaterThanOrEqual(6);
      expect(slices.length - 1).toBeLessThanOrEqual(Math.ceil(10 * seconds) + 1);
      expect(slices.at(-1)).toBe(0);
      expect(bytes).toBe("equal");
    });

    it("request_data yields an additional event, also while paused", async () => {
      const result = await bench.page.evaluate(async () => {
        const kernel = await testPage.kernel({ decode: false });
        kernel.command("start", "a");
        await kernel.letter("data");
        kernel.command("request_data");
        await kernel.letter("dataavailable");
        kernel.command("pause");
        kernel.command("request_data");
        await kernel.letter("dataavailable", 2);
        kernel.command("resume");
        kernel.command("request_data");
        kernel.command("stop");
        await kernel.letter("stopped");
        return {
          events: kernel.events("a"),
          bytes: await testPage.compare(kernel.blob("a"), testPage.natives[0]!.blobs),
        };
      });
      expect(result.events).toEqual([
        "started",
        "dataavailable",
        "paused",
        "dataavailable",
        "resumed",
        "dataavailable",
        "dataavailable",
        "stopped",
      ]);
      expect(result.bytes).toBe("equal");
    });
  });

  describe("the recorder's chunks", () => {
    const OPUS = "audio/webm;codecs=opus";

    it("are sent one by one while there is a listener, and in batches otherwise", async () => {
      const result = await bench.page.evaluate(async (mimeType) => {
        const { kernel, blobs } = await testPage.startWithoutListener(mimeType);
        const chunks = () => blobs.filter(({ size }) => size > 0).length;
        const parts = () => kernel.letters.filter(({ kind }) => kind === "data").length;
        await kernel.letter("data");
        const resting = [chunks(), parts()];
        kernel.options.live = true;
        kernel.welcome();
        await kernel.letter("tried", 2);
        await kernel.letter("data", parts() + 1);
        const before = [chunks(), parts()];
        await kernel.letter("data", parts() + 8);
        const live = [chunks() - before[0]!, parts() - before[1]!];
        kernel.command("stop");
        await kernel.letter("stopped");
        const bytes = await testPage.compare(kernel.blob("a"), blobs);
        return { resting, live, bytes, natives: testPage.natives.length };
      }, OPUS);
      expect(result.resting[0]! / result.resting[1]!).toBeGreaterThanOrEqual(10);
      expect(Math.abs(result.live[0]! - result.live[1]!)).toBeLessThanOrEqual(1);
      expect(result).toMatchObject({ bytes: "equal", natives: 1 });
    });

    it("are all sent when the recording pauses", async () => {
      const result = await bench.page.evaluate(async (mimeType) => {
        const { kernel, blobs } = await testPage.startWithoutListener(mimeType);
        await testPage.nextChunk();
        kernel.command("pause");
        await kernel.letter("paused");
        const recorded = () => blobs.reduce((sum, { size }) => sum + size, 0);
        await kernel.until(() => kernel.blob("a").length === recorded());
        const bytes = await testPage.compare(kernel.blob("a"), blobs);
        kernel.command("stop");
        await kernel.letter("stopped");
        return bytes;
      }, OPUS);
      expect(result).toBe("equal");
    });

    it("are sent before the page's bye", async () => {
      const result = await bench.page.evaluate(async (mimeType) => {
        const { kernel, blobs } = await testPage.startWithoutListener(mimeType);
        await testPage.nextChunk();
        const whole = blobs.length;
        await testPage.nextChunk();
        dispatchEvent(new PageTransitionEvent("pagehide"));
        await kernel.until(() => kernel.blob("a").length > 0);
        const { length } = kernel.blob("a");
        const bytes = await testPage.compare(kernel.blob("a"), [new Blob(blobs).slice(0, length)]);
        const kinds = kernel.sent.slice(-2).map(({ kind }) => kind);
        return { kinds, bytes, all: length >= new Blob(blobs.slice(0, whole)).size };
      }, OPUS);
      expect(result).toEqual({ kinds: ["data", "bye"], bytes: "equal", all: true });
    });

    it.runIf(name === "chromium")(
      "stay in the store if they would block the page's bye",
      async () => {
        const result = await bench.page.evaluate(async () => {
          const { kernel, blobs } = await testPage.startWithoutListener("audio/webm;codecs=pcm");
          do {
            await testPage.nextChunk();
          } while (new Blob(blobs).size < 100_000);
          await testPage.sleep(0); // until the last chunk has been read
          dispatchEvent(new PageTransitionEvent("pagehide"));
          return kernel.sent.map(({ kind }) => kind).filter((kind) => /data|bye/.test(kind));
        });
        expect(result).toEqual(["bye"]);
      },
    );
  });
});

// Faults in real browsers: of permission, device, type and track.

import type { Frame } from "puppeteer-core";
import { describe, expect, it } from "vitest";

import { BROWSERS, INSECURE_HOST, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";

declare const testPage: TestPage;

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "recorder");
  const chromium = name === "chromium";

  /** Open the test page in a frame. */
  async function openFrame(src: string, allow: string): Promise<Frame> {
    const frame = await bench.page.evaluateHandle(
      async (src, allow) => {
        const element = document.createElement("iframe");
        Object.assign(element, { src, allow });
        const loaded = new Promise((resolve) => element.addEventListener("load", resolve));
        document.body.append(element);
        await loaded;
        return element;
      },
      src,
      allow,
    );
    return await frame.contentFrame();
  }

  describe("a permission", () => {
    it("that is pending delays the commands that follow", async () => {
      const result = await bench.page.evaluate(async () => {
        const decide = testPage.permission.defer();
        const kernel = await testPage.kernel({ source: testPage.microphone() });
        kernel.command("start", "a");
        const stop = kernel.command("stop");
        await kernel.until(() => testPage.permission.requests === 1);
        await kernel.until(() => kernel.sent.some((m) => "heard" in m && m.heard === stop));
        const before = {
          done: Math.max(...kernel.sent.map((m) => ("done" in m ? m.done : 0))),
          letters: kernel.letters.map(({ kind }) => kind),
        };
        decide();
        await kernel.letter("stopped");
        return { before, events: kernel.events("a"), live: testPage.liveTracks() };
      });
      expect(result).toEqual({
        before: { done: 0, letters: ["tried"] },
        events: ["started", "dataavailable", "stopped"],
        live: 0,
      });
    });

    it("that is refused yields one error, and the next start() can succeed", async () => {
      const result = await bench.page.evaluate(async () => {
        const refuse = testPage.permission.defer();
        const kernel = await testPage.kernel({ source: testPage.microphone() });
        kernel.command("start", "a");
        kernel.command("stop");
        refuse("NotAllowedError");
        const { fault, snapshot } = await kernel.letter("failed");
        await kernel.done(2);
        const events = kernel.events("a");
        testPage.permission.defer()();
        kernel.command("start", "b");
        await kernel.letter("data");
        kernel.command("stop");
        await kernel.letter("stopped");
        return { fault: fault.name, state: snapshot.state, events, next: kernel.events("b") };
      });
      expect(result).toEqual({
        fault: "NotAllowedError",
        state: "inactive",
        events: ["failed"],
        next: ["started", "dataavailable", "stopped"],
      });
    });

    it.each(["another origin, without allow", "the same origin, with allow that forbids it"])(
      "is refused by the browser in a frame of %s",
      async (title) => {
        const { port } = bench.site;
        const [src, allow] = title.startsWith("another")
          ? [`http://localhost:${port}/recorder`, ""]
          : ["/recorder", "microphone 'none'"];
        const frame = await openFrame(src, allow);
        const result = await frame.evaluate(async () => {
          const kernel = await testPage.kernel({ source: testPage.microphone() });
          kernel.command("start", "a");
          const { fault, snapshot } = await kernel.letter("failed");
          return { fault, state: snapshot.state, events: kernel.events("a") };
        });
        expect(result).toMatchObject({
          fault: { name: "NotAllowedError", cause: "frame" },
          state: "inactive",
          events: ["failed"],
        });
        const allowed = await openFrame(src, "microphone");
        const events = await allowed.evaluate(async () => {
          const kernel = await testPage.kernel({ source: testPage.microphone() });
          kernel.command("start", "a");
          await kernel.letter("data");
          kernel.command("stop");
          await kernel.letter("stopped");
          return kernel.events("a");
        });
        expect(events).toEqual(["started", "dataavailable", "stopped"]);
      },
    );

    it.runIf(chromium)("is refused by the browser if a header forbids it", async () => {
      await bench.page.goto(`${bench.site.url}/recorder?forbidden`);
      const fault = await bench.page.evaluate(async () => {
        const kernel = await testPage.kernel({ source: testPage.microphone() });
        kernel.command("start", "a");
        return (await kernel.letter("failed")).fault;
      });
      expect(fault).toMatchObject({ name: "NotAllowedError", cause: "header" });
    });

    it("is not requested before a start()", async () => {
      const requests = await bench.page.evaluate(async () => {
        const model = await testPage.model({ source: testPage.microphone() });
        model.render();
        await model.kernel.letter("tried");
        return testPage.permission.requests;
      });
      expect(requests).toBe(0);
    });
  });

  describe("a fault", () => {
    it("of the page: it is not a secure context", async () => {
      await bench.page.goto(`http://${INSECURE_HOST}:${bench.site.port}/recorder`);
      const result = await bench.page.evaluate(async () => {
        const kernel = await testPage.kernel({ source: testPage.microphone() });
        kernel.command("start", "a");
        return (await kernel.letter("failed")).fault;
      });
      expect(result).toEqual({
        name: "SecurityError",
        message: "This page is not secure: it has no microphones.",
        cause: null,
      });
    });

    it("of the page: without a user's click, it may not play", async () => {
      const result = await bench.page.evaluate(async () => {
        const Real = AudioContext;
        globalThis.AudioContext = class extends Real {
          override get state() {
            return "suspended" as const;
          }
          override resume() {
            return new Promise<void>(() => undefined);
          }
        };
        const kernel = await testPage.kernel({ source: testPage.tone(440) });
        kernel.command("start", "a");
        const { fault } = await kernel.letter("failed");
        globalThis.AudioContext = Real;
        kernel.command("start", "b");
        await kernel.letter("data");
        return { fault, events: kernel.events("a") };
      });
      expect(result.fault).toMatchObject({ name: "NotAllowedError", cause: "silent" });
      expect(result.events).toEqual(["failed"]);
    });

    it("of an unsupported type is reported when the page connects", async () => {
      const result = await bench.page.evaluate(async () => {
        const kernel = await testPage.kernel({ mimeType: "audio/mpeg" });
        const { fault } = await kernel.letter("tried");
        kernel.command("start", "a");
        const failed = await kernel.letter("failed");
        return { tried: fault?.name, failed: failed.fault.name, events: kernel.events("a") };
      });
      expect(result).toEqual({
        tried: "NotSupportedError",
        failed: "NotSupportedError",
        events: ["failed"],
      });
    });

    it("of the device: the name is unknown; the message lists the known names", async () => {
      const result = await bench.page.evaluate(async () => {
        const source = testPage.microphone({}, "no such microphone");
        const kernel = await testPage.kernel({ source });
        kernel.command("start", "a");
        const { fault } = await kernel.letter("failed");
        return { ...fault, live: testPage.liveTracks() };
      });
      expect(result.name).toBe("NotFoundError");
      expect(result.message).toMatch(
        /^No microphone is called no such microphone\. There are: .+\.$/,
      );
      expect(result.message).not.toMatch(/There are: none/);
      expect(result.live).toBe(0);
    });

    it("of the device does not occur with a part of its name, or with its id", async () => {
      const result = await bench.page.evaluate(async () => {
        const first = await testPage.kernel({ source: testPage.microphone() });
        first.command("start", "a");
        const { settings } = await first.letter("started");
        first.command("stop");
        await first.letter("stopped");
        const wanted = [String(settings["deviceId"]), String(settings["label"]).toUpperCase()];
        const opened = [];
        for (const device of wanted) {
          const kernel = await testPage.kernel({ source: testPage.microphone({}, device) });
          kernel.command("start", "a");
          await kernel.until(() =>
            ["started", "failed"].includes(kernel.letters.at(-1)?.kind ?? ""),
          );
          kernel.command("stop");
          opened.push(kernel.letters.at(-1)!.kind);
        }
        return opened;
      });
      expect(result).toEqual(["started", "started"]);
    });

    it.runIf(chromium)("of the constraints: a sentence names the constraint", async () => {
      const fault = await bench.page.evaluate(async () => {
        const source = testPage.microphone({ sampleRate: { exact: 12_345 } });
        const kernel = await testPage.kernel({ source });
        kernel.command("start", "a");
        return (await kernel.letter("failed")).fault;
      });
      expect(fault).toEqual({
        name: "OverconstrainedError",
        message: "No microphone satisfies the requested sampleRate.",
        cause: null,
      });
    });

    it("of an added track: error, then data and stop", async () => {
      const result = await bench.page.evaluate(async () => {
        const kernel = await testPage.kernel({ source: testPage.microphone() });
        kernel.command("start", "a");
        await kernel.letter("data");
        const [stream] = testPage.streams;
        stream!.addTrack(stream!.getAudioTracks()[0]!.clone());
        const { ended_by, snapshot, decoding } = await kernel.letter("stopped");
        return {
          ended_by,
          decoding,
          state: snapshot.state,
          events: kernel.events("a"),
          fault: (await kernel.letter("failed")).fault,
          bytes: await testPage.compare(kernel.blob("a"), testPage.natives[0]!.blobs),
          live: testPage.liveTracks(),
        };
      });
      expect(result).toMatchObject({
        ended_by: "error",
        decoding: "done",
        state: "inactive",
        events: ["started", "failed", "dataavailable", "stopped"],
        fault: { name: "InvalidModificationError" },
        bytes: "equal",
        live: 0,
      });
      expect(result.fault.message).not.toBe("");
    });
  });

  it("a track that ends ends the take, without an error", async () => {
    const result = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel({ source: testPage.microphone() });
      kernel.command("start", "a");
      await kernel.letter("data");
      testPage.streams[0]!.getTracks().forEach((track) => track.stop());
      const { ended_by, snapshot } = await kernel.letter("stopped");
      const after = kernel.command("stop"); // crosses the end: it has no effect
      await kernel.done(after);
      return { ended_by, state: snapshot.state, events: kernel.events("a") };
    });
    expect(result).toEqual({
      ended_by: "track ended",
      state: "inactive",
      events: ["started", "dataavailable", "stopped"],
    });
  });

  it("a native recorder that never fires an event blocks nothing", async () => {
    const result = await bench.page.evaluate(async () => {
      const Native = MediaRecorder;
      class SilentRecorder extends EventTarget {
        static isTypeSupported = Native.isTypeSupported.bind(Native);
        state = "inactive";
        mimeType = "";
        audioBitsPerSecond = 0;
        videoBitsPerSecond = 0;
        start() {
          this.state = "recording";
        }
        stop() {
          this.state = "inactive";
        }
      }
      globalThis.MediaRecorder = SilentRecorder as unknown as typeof MediaRecorder;
      const kernel = await testPage.kernel({ source: testPage.microphone() });
      await kernel.done(kernel.command("start", "a"));
      await kernel.done(kernel.command("stop"));
      const live = testPage.liveTracks();
      const { decoding, ended_by } = await kernel.letter("stopped");
      globalThis.MediaRecorder = Native;
      kernel.command("start", "b");
      await kernel.letter("data");
      return { live, decoding, ended_by, events: kernel.events("a"), next: kernel.events("b") };
    });
    expect(result).toEqual({
      live: 0,
      decoding: "done",
      ended_by: "stop",
      events: ["started", "dataavailable", "stopped"],
      next: ["started"],
    });
  });

  it("a page that is blocked for seconds after the stop loses nothing", async () => {
    const result = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel({ decode: false });
      kernel.command("start", "a");
      await kernel.letter("data");
      await kernel.done(kernel.command("stop"));
      for (const until = performance.now() + 5_500; performance.now() < until;);
      await kernel.letter("stopped");
      return testPage.compare(kernel.blob("a"), testPage.natives[0]!.blobs);
    });
    expect(result).toBe("equal");
  });
});

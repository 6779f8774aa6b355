// Consecutive takes, and the destruction of models, in real browsers.

import { describe, expect, it } from "vitest";

import { BROWSERS, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";

declare const testPage: TestPage;

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "recorder");

  it("a start() directly after stop() waits until the old take has ended", async () => {
    const result = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel({ source: testPage.microphone() });
      kernel.command("start", "a");
      await kernel.letter("data");
      kernel.command("stop");
      kernel.command("start", "b");
      kernel.command("stop");
      kernel.command("start", "c");
      await kernel.until(() => kernel.blob("c").length > 0);
      kernel.command("stop");
      await kernel.letter("stopped", 3);
      const takes = kernel.letters.flatMap((letter) => ("take" in letter ? [letter.take] : []));
      return {
        takes: takes.filter((take, n) => take !== takes[n - 1]),
        events: ["a", "b", "c"].map((take) => kernel.events(take)),
        bytes: await Promise.all(
          ["a", "b", "c"].map((take, n) =>
            testPage.compare(kernel.blob(take), testPage.natives[n]!.blobs),
          ),
        ),
        live: testPage.liveTracks(),
      };
    });
    const whole = ["started", "dataavailable", "stopped"];
    expect(result).toEqual({
      takes: ["a", "b", "c"],
      events: [whole, whole, whole],
      bytes: ["equal", "equal", "equal"],
      live: 0,
    });
  });

  it("a microphone that is muted from the start is reported and recorded", async () => {
    const result = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel({ source: testPage.microphone() });
      const muted = Object.getOwnPropertyDescriptor(MediaStreamTrack.prototype, "muted")!;
      Object.defineProperty(MediaStreamTrack.prototype, "muted", { get: () => true });
      kernel.command("start", "a");
      const { fault } = await kernel.letter("failed");
      Object.defineProperty(MediaStreamTrack.prototype, "muted", muted);
      kernel.command("stop");
      await kernel.letter("stopped");
      return { cause: fault.cause, events: kernel.events("a") };
    });
    expect(result).toEqual({
      cause: "muted",
      events: ["started", "failed", "dataavailable", "stopped"],
    });
  });

  it("a start() while recording is refused and leaves the take intact", async () => {
    const result = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel();
      kernel.command("start", "a");
      await kernel.letter("started");
      kernel.command("start", "b");
      const { fault, snapshot } = await kernel.letter("failed");
      kernel.command("stop");
      await kernel.letter("stopped");
      return {
        fault: fault.name,
        state: snapshot.state,
        events: [kernel.events("a"), kernel.events("b")],
      };
    });
    expect(result).toEqual({
      fault: "InvalidStateError",
      state: "recording",
      events: [["started", "dataavailable", "stopped"], ["failed"]],
    });
  });

  describe("destroying a model", () => {
    it("during a take releases the microphone and ends all messages", async () => {
      const result = await bench.page.evaluate(async () => {
        const model = await testPage.model({ source: testPage.microphone() });
        const { kernel } = model;
        model.render();
        await kernel.done(kernel.command("start", "a"));
        await kernel.letter("data");
        const { recorder } = testPage.natives[0]!;
        const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve));
        kernel.command("pause");
        model.unrender();
        model.destroy();
        const { length } = kernel.sent;
        await ended;
        const now = { live: testPage.liveTracks(), state: recorder.state };
        // During another recorder's whole take, this one sends nothing.
        const other = await testPage.kernel({ decode: false });
        other.command("start", "a");
        await other.letter("data");
        other.command("stop");
        await other.letter("stopped");
        return { now, sent: kernel.sent.slice(length), listening: kernel.listenerCount };
      });
      expect(result).toEqual({ now: { live: 0, state: "inactive" }, sent: [], listening: 0 });
    });

    it("during a permission request opens no microphone and ends all messages", async () => {
      const result = await bench.page.evaluate(async () => {
        const decide = testPage.permission.defer();
        const model = await testPage.model({ source: testPage.microphone() });
        const { kernel } = model;
        kernel.command("start", "a");
        kernel.command("pause");
        await kernel.until(() => testPage.permission.requests === 1);
        model.destroy();
        const { length } = kernel.sent;
        decide();
        const other = await testPage.kernel({ source: testPage.microphone(), decode: false });
        other.command("start", "a");
        await other.letter("data");
        other.command("stop");
        await other.letter("stopped");
        return {
          live: testPage.liveTracks(),
          sent: kernel.sent.slice(length),
          natives: testPage.natives.length,
        };
      });
      expect(result).toEqual({ live: 0, sent: [], natives: 1 });
    });

    it("between two takes prevents the next permission request", async () => {
      const result = await bench.page.evaluate(async () => {
        const model = await testPage.model({ source: testPage.microphone() });
        const { kernel } = model;
        kernel.command("start", "a");
        await kernel.letter("data");
        testPage.natives[0]!.recorder.onstop = null; // delays the end of the take
        kernel.command("stop");
        const start = kernel.command("start", "b");
        await kernel.until(() => kernel.sent.some((m) => "heard" in m && m.heard === start));
        model.destroy();
        const other = await testPage.kernel({ decode: false });
        other.command("start", "a");
        await other.letter("data");
        return testPage.permission.requests;
      });
      expect(result).toBe(1);
    });
  });
});

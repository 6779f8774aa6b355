// What a person sees of a recorder, and what buttons do, in real browsers.

import type { ElementHandle } from "puppeteer-core";
import { describe, expect, it } from "vitest";

import { BROWSERS, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";

declare const testPage: TestPage;

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "recorder");

  /** A recorder of the microphone with so many views. */
  const open = (views: number) =>
    bench.page.evaluate(async (views) => {
      const model = await testPage.model({ source: testPage.microphone(), decode: false });
      for (let n = 0; n < views; n++) model.render();
      await model.kernel.letter("tried");
    }, views);

  const element = async (selector: string, view = 0) => {
    const found = await bench.page.evaluateHandle(
      (selector, view) => testPage.models[0]!.views[view]!.shadowRoot!.querySelector(selector)!,
      selector,
      view,
    );
    return found as ElementHandle<HTMLElement>;
  };
  /** As a person does it: by the mouse. */
  const click = async (selector: string, view = 0) => (await element(selector, view)).click();

  const look = (view = 0) =>
    bench.page.evaluate((view) => {
      const root = testPage.models[0]!.views[view]!.shadowRoot!;
      const button = (selector: string) => {
        const button = root.querySelector<HTMLButtonElement>(selector)!;
        if (button.hidden) return "";
        return button.ariaDisabled === "true" ? `(${button.ariaLabel})` : button.ariaLabel;
      };
      return {
        phase: root.querySelector("section")!.dataset["phase"],
        words: root.querySelector(".status")!.textContent,
        main: button(".main"),
        second: button(".second"),
      };
    }, view);

  const phase = (wanted: string, view = 0) =>
    bench.page.waitForFunction(
      (wanted, view) =>
        testPage.models[0]!.views[view]!.shadowRoot!.querySelector("section")!.dataset["phase"] ===
        wanted,
      {},
      wanted,
      view,
    );
  /** What the kernel has heard of the take, once it has heard of its end. */
  const events = () =>
    bench.page.evaluate(async () => {
      const { kernel } = testPage.models[0]!;
      await kernel.letter("stopped");
      return kernel.events();
    });

  it("its buttons record, pause, resume and stop", async () => {
    await open(1);
    const seen = [await look()];
    await click(".main");
    await phase("recording");
    seen.push(await look());
    await click(".second");
    await phase("paused");
    seen.push(await look());
    await click(".second");
    await phase("recording");
    await click(".main");
    await phase("inactive");
    seen.push(await look());
    expect(seen).toEqual([
      { phase: "inactive", words: "Ready", main: "Record", second: "" },
      { phase: "recording", words: "Recording", main: "Stop", second: "Pause" },
      { phase: "paused", words: "Paused", main: "Stop", second: "Resume" },
      { phase: "inactive", words: "Ready", main: "Record", second: "" },
    ]);
    expect(await events()).toEqual(["started", "paused", "resumed", "dataavailable", "stopped"]);
    expect(await bench.page.evaluate(() => testPage.liveTracks())).toBe(0);
  });

  it("Python's commands and the buttons are two hands on one recorder", async () => {
    await open(1);
    await bench.page.evaluate(() => testPage.models[0]!.kernel.command("start", "a"));
    await phase("recording");
    await click(".second");
    await phase("paused");
    await bench.page.evaluate(() => testPage.models[0]!.kernel.command("resume"));
    await phase("recording");
    await click(".main");
    await phase("inactive");
    expect(await events()).toEqual(["started", "paused", "resumed", "dataavailable", "stopped"]);
  });

  it("two views are two faces of one recorder, and one may go", async () => {
    await open(2);
    await click(".main", 1);
    await Promise.all([phase("recording", 0), phase("recording", 1)]);
    expect(await look(0)).toEqual(await look(1));
    await bench.page.evaluate(() => testPage.models[0]!.unrender());
    await click(".main", 1);
    await phase("inactive", 1);
    expect(await events()).toEqual(["started", "dataavailable", "stopped"]);
    expect(await bench.page.evaluate(() => testPage.natives.length)).toBe(1);
  });

  it("shows time, size and level while it records, and rests otherwise", async () => {
    await open(1);
    await bench.page.evaluate(() => {
      const Native = AudioContext;
      const open: AudioContext[] = [];
      globalThis.AudioContext = class extends Native {
        constructor(options?: AudioContextOptions) {
          super(options);
          open.push(this);
        }
      };
      Object.assign(globalThis, { contexts: open });
    });
    await click(".main");
    await bench.page.waitForFunction(() => {
      const root = testPage.models[0]!.views[0]!.shadowRoot!;
      const text = (selector: string) => root.querySelector(selector)!.textContent;
      const level = Number(root.querySelector(".meter")!.getAttribute("aria-valuenow"));
      const isTold = text(".time") >= "0:00.4" && parseInt(text(".size")) > 0;
      return level > 0.5 && level < 1 && isTold;
    });
    await click(".second");
    await phase("paused");
    expect(await bench.page.evaluate(() => testPage.countBars(0))).toBeGreaterThan(5);
    await click(".main");
    await phase("inactive");
    await bench.page.waitForFunction(() =>
      (globalThis as unknown as { contexts: AudioContext[] }).contexts.every(
        ({ state }) => state === "closed",
      ),
    );
    const meter = await element(".meter");
    expect(
      await meter.evaluate((m) => [m.getAttribute("aria-valuenow"), m.checkVisibility()]),
    ).toEqual(["0.0", false]);
  });

  it("tells that the kernel is waited for, and that the browser asks", async () => {
    await bench.page.evaluate(async () => {
      const model = await testPage.model({ source: testPage.microphone(), decode: false });
      model.kernel.busy = true;
      model.render();
    });
    const waiting = await look();
    await bench.page.evaluate(() => {
      Object.assign(globalThis, { decide: testPage.permission.defer() });
      testPage.models[0]!.kernel.wake();
    });
    await phase("inactive");
    await click(".main");
    await phase("asking");
    const asking = await look();
    await bench.page.evaluate(() => (globalThis as unknown as { decide: () => void }).decide());
    await phase("recording");
    expect(waiting).toEqual({
      phase: "waiting",
      words: "Waiting for the kernel",
      main: "(Record)",
      second: "",
    });
    expect(asking).toEqual({
      phase: "asking",
      words: "The browser is asking for the microphone",
      main: "(Record)",
      second: "",
    });
  });

  it("touches nothing where nothing has changed: letters come and go many times a second", async () => {
    await open(1);
    const touched = await bench.page.evaluate(async () => {
      const { kernel, views } = testPage.models[0]!;
      const touched: string[] = [];
      const observer = new MutationObserver((all) =>
        touched.push(...all.map(({ type, target }) => `${type} ${target.nodeName}`)),
      );
      const all = { subtree: true, childList: true, characterData: true };
      observer.observe(views[0]!.shadowRoot!, all);
      kernel.set("state", "inactive");
      await testPage.sleep(0);
      return touched;
    });
    expect(touched).toEqual([]);
  });

  it("shows what Python has to say, as text and not as markup", async () => {
    await open(1);
    const evil = "<img src=x onerror=document.title='broken'>";
    const seen = await bench.page.evaluate((evil) => {
      const model = testPage.models[0]!;
      const notice = model.views[0]!.shadowRoot!.querySelector<HTMLElement>(".notice")!;
      const before = notice.hidden;
      model.kernel.set("_notice", evil);
      return [before, notice.hidden, notice.textContent, notice.children.length, notice.role];
    }, evil);
    expect(seen).toEqual([true, false, evil, 0, "alert"]);
  });

  it("mirrors what another page records, and its buttons go by way of Python", async () => {
    await open(1);
    await bench.page.evaluate(() => testPage.models[0]!.kernel.set("state", "recording"));
    expect(await look()).toEqual({
      phase: "recording",
      words: "Recording in another page",
      main: "Stop",
      second: "Pause",
    });
    await click(".second");
    await click(".main");
    const pressed = await bench.page.evaluate(() =>
      testPage.models[0]!.kernel.sent.flatMap((m) => (m.kind === "press" ? [m.op] : [])),
    );
    expect(pressed).toEqual(["pause", "stop"]);
    expect(await bench.page.evaluate(() => testPage.permission.requests)).toBe(0);
  });

  it("a badge tells of a live microphone that no view shows, and stops it", async () => {
    await open(1);
    await click(".main");
    await phase("recording");
    const badge = () => bench.page.evaluate(() => testPage.badge()?.shadowRoot?.textContent ?? "");
    expect(await badge()).toBe("");
    await bench.page.evaluate(() => testPage.models[0]!.unrender());
    expect(await badge()).toContain("Microphone is live");
    await bench.page.evaluate(() => testPage.models[0]!.render());
    expect(await badge()).toBe("");
    await bench.page.evaluate(() => testPage.models[0]!.unrender());
    const button = await bench.page.evaluateHandle(() =>
      testPage.badge()!.shadowRoot!.querySelector("button")!,
    );
    await button.click();
    await bench.page.evaluate(() => testPage.models[0]!.kernel.letter("stopped"));
    await bench.page.waitForFunction(() => testPage.badge() === null);
    expect(await bench.page.evaluate(() => testPage.liveTracks())).toBe(0);
  });

  it("a badge goes with its model", async () => {
    await open(0);
    await bench.page.evaluate(async () => {
      const { kernel } = testPage.models[0]!;
      kernel.command("start", "a");
      await kernel.letter("started");
    });
    await bench.page.waitForFunction(() => testPage.badge() !== null);
    const left = await bench.page.evaluate(() => {
      testPage.models[0]!.destroy();
      return [testPage.badge(), testPage.liveTracks()];
    });
    expect(left).toEqual([null, 0]);
  });

  it("a view that fails stops no recording", async () => {
    await open(1);
    const result = await bench.page.evaluate(async () => {
      const told = new Promise<string>((resolve) =>
        addEventListener("error", (event) => {
          event.preventDefault();
          resolve(event.message);
        }),
      );
      globalThis.AudioContext = function () {
        throw new Error("No more audio contexts.");
      } as unknown as typeof AudioContext;
      const { kernel } = testPage.models[0]!;
      kernel.command("start", "a");
      await kernel.letter("data");
      kernel.command("stop");
      await kernel.letter("stopped");
      return { events: kernel.events("a"), told: await told };
    });
    expect(result.events).toEqual(["started", "dataavailable", "stopped"]);
    expect(result.told).not.toBe(""); // Chromium tells no more of a script that is not the page's
  });
});

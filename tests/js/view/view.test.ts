// A recorder's view and its buttons, in real browsers.

import type { ElementHandle } from "puppeteer-core";
import { describe, expect, it } from "vitest";

import { BROWSERS, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";

declare const testPage: TestPage;

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "recorder");

  /** Open a recorder of the microphone with a number of views. */
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
  /** Click with the mouse, as a user does. */
  const click = async (selector: string, view = 0) => (await element(selector, view)).click();

  const viewState = (view = 0) =>
    bench.page.evaluate((view) => {
      const root = testPage.models[0]!.views[view]!.shadowRoot!;
      const button = (selector: string) => {
        const button = root.querySelector<HTMLButtonElement>(selector)!;
        if (button.hidden) return "";
        return button.ariaDisabled === "true" ? `(${button.ariaLabel})` : button.ariaLabel;
      };
      return {
        phase: root.querySelector("section")!.dataset["phase"],
        status: root.querySelector(".status")!.textContent,
        main: button(".main"),
        second: button(".second"),
      };
    }, view);

  const phase = (expected: string, view = 0) =>
    bench.page.waitForFunction(
      (expected, view) =>
        testPage.models[0]!.views[view]!.shadowRoot!.querySelector("section")!.dataset["phase"] ===
        expected,
      {},
      expected,
      view,
    );
  /** Wait for the end of the take; returns the events that the kernel has received. */
  const events = () =>
    bench.page.evaluate(async () => {
      const { kernel } = testPage.models[0]!;
      await kernel.letter("stopped");
      return kernel.events();
    });

  it("the buttons record, pause, resume and stop", async () => {
    await open(1);
    const states = [await viewState()];
    await click(".main");
    await phase("recording");
    states.push(await viewState());
    await click(".second");
    await phase("paused");
    states.push(await viewState());
    await click(".second");
    await phase("recording");
    await click(".main");
    await phase("inactive");
    states.push(await viewState());
    expect(states).toEqual([
      { phase: "inactive", status: "Ready", main: "Record", second: "" },
      { phase: "recording", status: "Recording", main: "Stop", second: "Pause" },
      { phase: "paused", status: "Paused", main: "Stop", second: "Resume" },
      { phase: "inactive", status: "Ready", main: "Record", second: "" },
    ]);
    expect(await events()).toEqual(["started", "paused", "resumed", "dataavailable", "stopped"]);
    expect(await bench.page.evaluate(() => testPage.liveTracks())).toBe(0);
  });

  it("Python's commands and the buttons control the same recorder", async () => {
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

  it("two views show the same recorder, and one can be removed", async () => {
    await open(2);
    await click(".main", 1);
    await Promise.all([phase("recording", 0), phase("recording", 1)]);
    expect(await viewState(0)).toEqual(await viewState(1));
    await bench.page.evaluate(() => testPage.models[0]!.unrender());
    await click(".main", 1);
    await phase("inactive", 1);
    expect(await events()).toEqual(["started", "dataavailable", "stopped"]);
    expect(await bench.page.evaluate(() => testPage.natives.length)).toBe(1);
  });

  it("shows time, size and level, and closes its AudioContext after the recording", async () => {
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
      const isShown = text(".time") >= "0:00.4" && parseInt(text(".size")) > 0;
      return level > 0.5 && level < 1 && isShown;
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

  it("shows that it waits for the kernel, and that the browser asks for permission", async () => {
    await bench.page.evaluate(async () => {
      const model = await testPage.model({ source: testPage.microphone(), decode: false });
      model.kernel.busy = true;
      model.render();
    });
    const waiting = await viewState();
    await bench.page.evaluate(() => {
      Object.assign(globalThis, { decide: testPage.permission.defer() });
      testPage.models[0]!.kernel.wake();
    });
    await phase("inactive");
    await click(".main");
    await phase("asking");
    const asking = await viewState();
    await bench.page.evaluate(() => (globalThis as unknown as { decide: () => void }).decide());
    await phase("recording");
    expect(waiting).toEqual({
      phase: "waiting",
      status: "Waiting for the kernel",
      main: "(Record)",
      second: "",
    });
    expect(asking).toEqual({
      phase: "asking",
      status: "The browser is asking for the microphone",
      main: "(Record)",
      second: "",
    });
  });

  // Updates arrive many times a second.
  it("changes nothing in the DOM if no value has changed", async () => {
    await open(1);
    const mutations = await bench.page.evaluate(async () => {
      const { kernel, views } = testPage.models[0]!;
      const mutations: string[] = [];
      const observer = new MutationObserver((all) =>
        mutations.push(...all.map(({ type, target }) => `${type} ${target.nodeName}`)),
      );
      const all = { subtree: true, childList: true, characterData: true };
      observer.observe(views[0]!.shadowRoot!, all);
      kernel.set("state", "inactive");
      await testPage.sleep(0);
      return mutations;
    });
    expect(mutations).toEqual([]);
  });

  it("shows Python's notice as text, not as markup", async () => {
    await open(1);
    const markup = "<img src=x onerror=document.title='broken'>";
    const notice = await bench.page.evaluate((markup) => {
      const model = testPage.models[0]!;
      const notice = model.views[0]!.shadowRoot!.querySelector<HTMLElement>(".notice")!;
      const before = notice.hidden;
      model.kernel.set("_notice", markup);
      return [before, notice.hidden, notice.textContent, notice.children.length, notice.role];
    }, markup);
    expect(notice).toEqual([true, false, markup, 0, "alert"]);
  });

  it("shows another page's recording, and sends the buttons' commands through Python", async () => {
    await open(1);
    await bench.page.evaluate(() => testPage.models[0]!.kernel.set("state", "recording"));
    expect(await viewState()).toEqual({
      phase: "recording",
      status: "Recording in another page",
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

  it("a badge shows a live microphone without a view, and stops it", async () => {
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

  it("a badge is removed with its model", async () => {
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

  it("a failing view does not stop the recording", async () => {
    await open(1);
    const result = await bench.page.evaluate(async () => {
      const message = new Promise<string>((resolve) =>
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
      return { events: kernel.events("a"), message: await message };
    });
    expect(result.events).toEqual(["started", "dataavailable", "stopped"]);
    expect(result.message).not.toBe(""); // Chromium hides the message of a script of another origin
  });
});

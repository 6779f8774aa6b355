// The view of a labelling session, and the messages that its keys and buttons send to Python.

import { describe, expect, it } from "vitest";

import { BROWSERS, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";
import type { SessionPage } from "../pages/sessions";

type Shown = Awaited<ReturnType<SessionPage["session"]>>;
declare const sessionPage: SessionPage;
declare const shown: Shown;
declare const testPage: TestPage;
declare const keys: string[];

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "sessions");

  const open = (scene: Parameters<SessionPage["session"]>[0] = {}) =>
    bench.page.evaluate(async (scene) => {
      Object.assign(globalThis, { shown: await sessionPage.session(scene) });
      shown.element(".session").focus();
    }, scene);
  const sent = () => bench.page.evaluate(() => shown.sent);
  const judge = (more: object = {}) =>
    bench.page.evaluate((more) => shown.show({ phase: "judged", judged: true, ...more }), more);
  const inPhase = (phase: string) =>
    bench.page.waitForFunction(
      (phase) =>
        shown.root.querySelector(".place > div")?.shadowRoot?.querySelector("section")?.dataset[
          "phase"
        ] === phase,
      {},
      phase,
    );

  it("starts and stops with the space bar, and sends the decision on the take", async () => {
    await open({ labels: ["high", "low"] });
    const { keyboard } = bench.page;
    await inPhase("inactive");
    await keyboard.press(" ");
    await inPhase("recording");
    for (const key of ["Enter", "s", "u", "r"] as const) await keyboard.press(key); // ignored
    await keyboard.press(" ");
    await inPhase("inactive");
    const kinds = await bench.page.evaluate(async () => {
      const { kernel } = shown.recorder;
      await kernel.letter("stopped");
      return kernel.events();
    });
    expect(kinds).toEqual(expect.arrayContaining(["started", "dataavailable", "stopped"]));
    await judge();
    await keyboard.press("Enter"); // ignored: there is no label yet
    expect(await sent()).toEqual([]);
    await keyboard.press("2");
    await keyboard.press("Enter");
    expect(await sent()).toEqual([
      { kind: "do", step: 2, op: "accept", label: "low", note: "", trim: false },
    ]);
    await bench.page.evaluate(() => shown.show({ phase: "ask", judged: false, prompt: "b" }));
    await keyboard.press("s");
    await keyboard.press("u");
    await keyboard.press("Enter");
    expect((await sent()).slice(1)).toEqual([
      { kind: "do", step: 3, op: "skip" },
      { kind: "do", step: 3, op: "undo" },
    ]);
    const pressed = '.label[aria-pressed="true"]';
    expect(await bench.page.evaluate((s) => shown.root.querySelector(s), pressed)).toBeNull();
  });

  it("stops another page's recording, and starts none of its own", async () => {
    await open();
    await inPhase("inactive");
    const setState = (state: string) =>
      bench.page.evaluate((state) => {
        shown.recorder.kernel.set("state", state);
        return shown.root.querySelectorAll('button:not([hidden])[aria-disabled="true"]').length;
      }, state);
    expect([await setState("recording"), await setState("inactive")]).toEqual([2, 0]); // skip and undo
    await setState("recording");
    await bench.page.keyboard.press(" ");
    await judge();
    for (const key of ["r", "Escape"] as const) await bench.page.keyboard.press(key);
    const [pressed, requests] = await bench.page.evaluate(() => [
      shown.recorder.kernel.sent.flatMap((m) => (m.kind === "press" ? [m.op] : [])),
      testPage.permission.requests,
    ]);
    expect(pressed).toEqual(["stop", "stop"]);
    expect(requests).toBe(0);
  });

  it("leaves the keys to the note field, and sends the note", async () => {
    await open();
    await judge({ trim: [0.5, 1] });
    await bench.page.evaluate(() => shown.element(".note").focus());
    await bench.page.keyboard.type("a s u r 1 note");
    expect(await sent()).toEqual([]);
    await bench.page.keyboard.press("Enter");
    expect(await sent()).toEqual([
      { kind: "do", step: 2, op: "accept", label: "", note: "a s u r 1 note", trim: true },
    ]);
  });

  it.each([
    ["as a French keyboard types", "&", false],
    ["as a French keyboard types with Shift", "1", true],
    ["as a Czech keyboard types", "+", false],
    ["of a keypad", "1", false, "Numpad1"],
  ])("takes a digit %s", async (_, key, shiftKey, code = "Digit1") => {
    await open({ labels: ["high", "low"] });
    await judge();
    const [inView, inNote, pressed] = await bench.page.evaluate(
      (typed) => {
        const type = (target: HTMLElement) =>
          !target.dispatchEvent(new KeyboardEvent("keydown", typed));
        const labels = shown.root.querySelectorAll(".label");
        return [
          type(shown.element(".session")),
          type(shown.element(".note")),
          [...labels].map(({ ariaPressed }) => ariaPressed),
        ];
      },
      { key, shiftKey, code, bubbles: true, composed: true, cancelable: true },
    );
    expect([inView, inNote, pressed]).toEqual([true, false, ["true", "false"]]);
  });

  it("leaves keys with Shift to the notebook, and to the note field", async () => {
    await open({ labels: ["high"] });
    await judge();
    const { keyboard } = bench.page;
    await bench.page.evaluate(() => {
      const keys: string[] = [];
      document.addEventListener("keydown", ({ key }) => keys.push(key));
      Object.assign(globalThis, { keys });
    });
    await keyboard.down("Shift");
    for (const key of ["R", "S", " ", "Enter"] as const) await keyboard.press(key);
    await bench.page.evaluate(() => shown.element(".note").focus());
    await keyboard.press("M");
    await keyboard.up("Shift");
    expect(await bench.page.evaluate(() => keys)).toEqual(["Shift", "R", "S", " ", "Enter"]);
    expect(await bench.page.evaluate(() => shown.element<HTMLInputElement>(".note").value)).toBe(
      "M",
    );
    expect(await sent()).toEqual([]);
    await inPhase("inactive");
  });

  it("accepts no refused take, and no take before consent", async () => {
    await open();
    await judge({ findings: [{ sentence: "It is too quiet.", refused: true }] });
    await bench.page.keyboard.press("Enter");
    await bench.page.evaluate(() => shown.show({ phase: "consent", consent: "May I?" }));
    for (const key of [" ", "Enter", "s", "u"] as const) await bench.page.keyboard.press(key);
    expect(await sent()).toEqual([]);
    await inPhase("inactive");
    await bench.page.evaluate(() => shown.element<HTMLElement>(".actions .first").click());
    expect(await sent()).toEqual([{ kind: "do", step: 3, op: "agree" }]);
  });

  it("measures the room for two seconds", async () => {
    await open({ phase: "room" });
    await inPhase("inactive");
    await bench.page.keyboard.press(" ");
    await inPhase("recording");
    await inPhase("inactive");
    const seconds = await bench.page.evaluate(async () => {
      const stopped = await shown.recorder.kernel.letter("stopped");
      return stopped.seconds;
    });
    expect(seconds).toBeGreaterThan(1.8);
    expect(seconds).toBeLessThan(5);
  });

  it("shows foreign markup as text, and the image that Python sends", async () => {
    const text = "<img src=x onerror=document.title='run'>";
    await open({ text, image: "file", prompt: "p" });
    expect(await sent()).toEqual([{ kind: "media", name: "image", prompt: "p" }]);
    const content = await bench.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(3, 2);
      canvas.getContext("2d");
      const png = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
      const about = { kind: "media", name: "image", type: "image/png" };
      const image = shown.element<HTMLImageElement>("img");
      const loaded = new Promise((resolve) => image.addEventListener("load", resolve));
      shown.answer({ ...about, prompt: "another" }, new Uint8Array(1));
      shown.answer({ ...about, prompt: "p" }, png);
      await loaded;
      return [image.naturalWidth, shown.element(".text").textContent, document.title];
    });
    expect(content).toEqual([3, text, ""]);
  });

  it("reports why an image cannot be shown", async () => {
    await open({ image: "file", prompt: "p" });
    const shownInstead = await bench.page.evaluate(async () => {
      const error = "The image of this prompt cannot be shown. It is too large.";
      shown.answer({ kind: "media", name: "image", prompt: "p", error }, new Uint8Array());
      await new Promise((resolve) => setTimeout(resolve));
      return [shown.element(".trouble").textContent, shown.root.querySelector("img")];
    });
    expect(shownInstead).toEqual([
      "The image of this prompt cannot be shown. It is too large.",
      null,
    ]);
  });

  it.each([
    ["I agree", { phase: "consent", consent: "May I?" }],
    ["Go on", { phase: "room" }],
    ["Accept", { phase: "judged", judged: true }],
    ["Ask them again", { phase: "done", skipped: 1 }],
  ] as const)("keeps the keys when the pressed button disappears: %s", async (name, scene) => {
    await open(scene);
    await inPhase("inactive");
    await bench.page.evaluate((name) => {
      const buttons = [...shown.root.querySelectorAll<HTMLElement>(".actions button")];
      buttons.find(({ textContent }) => textContent.startsWith(name))!.focus();
    }, name);
    await bench.page.keyboard.press("Enter");
    expect(await sent()).toHaveLength(1);
    const inFocus = await bench.page.evaluate(() => {
      shown.show({ phase: "ask", judged: false });
      return shown.root.activeElement?.className;
    });
    expect(inFocus).toBe("session");
    await bench.page.keyboard.press("s");
    expect((await sent())[1]).toEqual({ kind: "do", step: 2, op: "skip" });
  });

  it("takes the keys after a click, except on a menu", async () => {
    await bench.page.evaluate(() => {
      testPage.devices.labelled = true;
      testPage.devices.plug("One", "Two");
    });
    await open();
    const menu = ".devices select";
    await bench.page.waitForFunction(
      (menu) =>
        shown.root
          .querySelector(".place > div")
          ?.shadowRoot?.querySelector(`${menu}:enabled:not([hidden])`),
      {},
      menu,
    );
    const inFocusAfter = (selector: string) =>
      bench.page.evaluate((selector) => {
        const recorder = shown.element(".place > div").shadowRoot!;
        const control = recorder.querySelector<HTMLElement>(selector)!;
        control.focus();
        const click = { bubbles: true, composed: true, detail: 1 };
        control.dispatchEvent(new MouseEvent("click", click));
        return recorder.activeElement === control ? selector : shown.root.activeElement?.className;
      }, selector);
    expect(await inFocusAfter(menu)).toBe(menu);
    expect(await inFocusAfter(".test")).toBe("session");
  });

  it("leaves nothing behind when it is removed", async () => {
    await open();
    await inPhase("inactive");
    const views = await bench.page.evaluate(() => {
      shown.end();
      shown.show({ text: "another" });
      return document.querySelectorAll("body > div").length;
    });
    expect(views).toBe(0);
  });
});

// The choice of a microphone: the menu, the remembered choice, and the track's actual settings.

import { describe, expect, it } from "vitest";

import { BROWSERS, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";

declare const testPage: TestPage;

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "recorder");

  /** The menu of the newest recorder's first view. */
  const select = () =>
    bench.page.evaluateHandle(() => {
      const root = testPage.models.at(-1)!.views[0]!.shadowRoot!;
      return root.querySelector<HTMLSelectElement>(".devices select")!;
    });

  /** The state of a view's menu, or the microphone's name if there is no menu. */
  const menu = (view = 0) =>
    bench.page.evaluate((view) => {
      const root = testPage.models.at(-1)!.views[view]!.shadowRoot!;
      const select = root.querySelector<HTMLSelectElement>(".devices select")!;
      return select.hidden
        ? root.querySelector(".devices span")!.textContent
        : {
            offers: [...select.options].map(({ text }) => text),
            chosen: select.selectedOptions[0]?.text,
            open: !select.disabled,
          };
    }, view);

  const offers = (expected: string[]) =>
    bench.page.waitForFunction(
      (expected) => {
        const root = testPage.models.at(-1)!.views[0]!.shadowRoot!;
        const options = root.querySelectorAll<HTMLOptionElement>(".devices option");
        return JSON.stringify([...options].map(({ text }) => text)) === JSON.stringify(expected);
      },
      {},
      ["Default microphone", ...expected],
    );

  const choose = async (name: string) =>
    (await select()).evaluate(async (select, name) => {
      const { kernel } = testPage.models.at(-1)!;
      const before = kernel.letters.filter(({ kind }) => kind === "chosen").length;
      select.value = [...select.options].find(({ text }) => text === name)!.value;
      select.dispatchEvent(new Event("change"));
      await kernel.letter("chosen", before + 1);
    }, name);

  /** Open a recorder with one view for this notebook, in a page with these microphones. */
  const open = (notebook: string, device: string | null, ...microphones: string[]) =>
    bench.page.evaluate(
      async (notebook, device, microphones) => {
        testPage.devices.plug(...microphones);
        const model = await testPage.model({
          source: testPage.microphone({}, device),
          keeping: { notebook },
          decode: false,
        });
        model.render();
        await model.kernel.letter("tried");
      },
      notebook,
      device,
      microphones,
    );

  /** Record a short take; returns the constraints requested. */
  const record = () =>
    bench.page.evaluate(async () => {
      const { kernel } = testPage.models.at(-1)!;
      const nth = kernel.letters.filter(({ kind }) => kind === "started").length + 1;
      kernel.command("start", `take-${nth}`);
      await kernel.letter("started", nth);
      kernel.command("stop");
      await kernel.letter("stopped", nth);
      return testPage.devices.constraints.at(-1)!;
    });

  /** The devices, or the choices, that the page has reported to Python. */
  const reported = (kind: "devices" | "chosen") =>
    bench.page.evaluate(
      (kind) =>
        testPage.models
          .at(-1)!
          .kernel.letters.flatMap((letter) =>
            letter.kind !== kind
              ? []
              : [
                  letter.kind === "devices"
                    ? letter.devices.map(({ id, name }) => `${id} ${name}`)
                    : letter.device,
                ],
          ),
      kind,
    );

  it("shows no names before a permission, then follows the connected microphones", async () => {
    await open("names", null, "Built-in", "Usb");
    expect(await menu()).toBe("Microphone");
    expect(await reported("devices")).toEqual([]);
    expect(await bench.page.evaluate(() => testPage.permission.requests)).toBe(0);
    await record();
    await offers(["Built-in", "Usb"]);
    expect(await menu()).toMatchObject({ chosen: "Default microphone", open: true });
    await bench.page.evaluate(() => testPage.devices.plug("Built-in", "Headset"));
    await offers(["Built-in", "Headset"]);
    await bench.page.evaluate(async () => {
      await testPage.models[0]!.kernel.letter("devices", 2);
    });
    expect(await reported("devices")).toEqual([
      ["BUILT-IN Built-in", "USB Usb"],
      ["BUILT-IN Built-in", "HEADSET Headset"],
    ]);
  });

  it("passes the focus to the button when a recording disables the menu", async () => {
    await open("focus", null, "Built-in", "Usb");
    await record();
    await offers(["Built-in", "Usb"]);
    const menu = await select();
    await bench.page.waitForFunction((menu) => !menu.disabled, {}, menu);
    const inFocus = await menu.evaluate(async (menu) => {
      menu.focus();
      const { kernel } = testPage.models.at(-1)!;
      kernel.command("start", "take-2");
      await kernel.letter("started", 2);
      return (menu.getRootNode() as ShadowRoot).activeElement?.ariaLabel;
    });
    expect(inFocus).toBe("Stop");
  });

  it("a choice applies to the next take, and is remembered per notebook", async () => {
    await open("chosen", null, "Built-in", "Usb");
    await record();
    await offers(["Built-in", "Usb"]);
    await choose("Usb");
    expect(await reported("chosen")).toEqual(["Usb"]);
    // The choice applies before Python has answered.
    expect(await record()).toMatchObject({ deviceId: { exact: "USB" } });

    await open("chosen", null, "Built-in", "Usb");
    expect(await menu()).toMatchObject({ chosen: "Usb" });
    expect(await record()).toMatchObject({ deviceId: { ideal: "USB" } });
    expect(await reported("chosen")).toEqual([]);

    await open("another", null, "Built-in", "Usb");
    expect(await menu()).toMatchObject({ chosen: "Default microphone" });
    expect(await record()).not.toHaveProperty("deviceId");

    await open("chosen", null, "Built-in", "Usb");
    await choose("Default microphone");
    expect(await reported("chosen")).toEqual([null]);
    expect(await record()).not.toHaveProperty("deviceId");
    await open("chosen", null, "Built-in", "Usb");
    expect(await menu()).toMatchObject({ chosen: "Default microphone" });
  });

  it("Python's device overrides the remembered one; later, the last change wins", async () => {
    await open("python", null, "Built-in", "Usb");
    await record();
    await choose("Usb");
    await open("python", "Built-in", "Built-in", "Usb");
    expect(await menu()).toMatchObject({ chosen: "Built-in" });
    expect(await record()).toMatchObject({ deviceId: { exact: "BUILT-IN" } });
    await choose("Usb");
    /** Change Python's device. */
    const setSource = (device: string | null) =>
      bench.page.evaluate((device) => {
        const { kernel } = testPage.models.at(-1)!;
        kernel.options.source = testPage.microphone({}, device);
        kernel.welcome();
      }, device);
    await setSource("Built-in"); // Python has not received the choice yet
    expect(await menu()).toMatchObject({ chosen: "Usb" });
    await setSource("Usb");
    await setSource("built-in"); // Python may use another case, or part of the name
    expect(await record()).toMatchObject({ deviceId: { exact: "BUILT-IN" } });
    await setSource(null);
    await bench.page.waitForFunction(
      () =>
        testPage.models.at(-1)!.views[0]!.shadowRoot!.querySelector("select")!.selectedIndex === 0,
    );
    expect(await record()).not.toHaveProperty("deviceId");
  });

  it("a disconnected microphone stays in the menu, and is never replaced", async () => {
    await open("pulled", "Usb", "Built-in", "Usb");
    await record();
    await bench.page.evaluate(() => testPage.devices.plug("Built-in"));
    await offers(["Built-in", "Usb"]);
    expect(await menu()).toMatchObject({ chosen: "Usb" });
    const fault = await bench.page.evaluate(async () => {
      const { kernel } = testPage.models.at(-1)!;
      kernel.command("start", "again");
      return (await kernel.letter("failed")).fault;
    });
    expect(fault).toMatchObject({
      name: "NotFoundError",
      message: "No microphone is called Usb. There are: Built-in.",
    });
  });

  it("the menu is disabled while recording, and distinguishes equal names", async () => {
    await open("twins", null, "Usb", "Usb ", "usb");
    await record();
    await bench.page.evaluate(async () => {
      const { kernel } = testPage.models.at(-1)!;
      kernel.command("start", "take-2");
      await kernel.letter("started", 2);
    });
    expect(await menu()).toMatchObject({ open: false });
    await bench.page.evaluate(async () => {
      const { kernel } = testPage.models.at(-1)!;
      kernel.command("stop");
      await kernel.letter("stopped", 2);
      testPage.devices.names = ["Usb", "Usb"];
      navigator.mediaDevices.enumerateDevices = async () =>
        ["1", "2"].map((deviceId) => ({ kind: "audioinput", deviceId, label: "Usb" }) as never);
      testPage.devices.plug("Usb", "Usb");
    });
    await offers(["Usb", "Usb"]);
    await choose("Usb");
    expect(await reported("chosen")).toEqual(["1"]);
  });

  it("the browser's aliases for a microphone are not listed", async () => {
    await open("aliases", "Yeti", "Yeti");
    await bench.page.evaluate(() => {
      const label = "Microphone (Yeti)";
      navigator.mediaDevices.enumerateDevices = async () =>
        [
          { deviceId: "default", label: `Default - ${label}` },
          { deviceId: "communications", label: `Communications - ${label}` },
          { deviceId: "1", label },
        ].map((device) => ({ ...device, kind: "audioinput" }) as never);
    });
    expect(await record()).toMatchObject({ deviceId: { exact: "1" } });
    await offers(["Microphone (Yeti)"]);
    expect(await menu()).toMatchObject({ chosen: "Microphone (Yeti)" });
  });

  it("shows the settings of the track that differ from the request", async () => {
    await open("differs", null, "Usb");
    await bench.page.evaluate(() => {
      testPage.devices.settings = { echoCancellation: true, noiseSuppression: false };
    });
    await record();
    const mismatches = await bench.page.evaluate(
      () =>
        testPage.models.at(-1)!.views[0]!.shadowRoot!.querySelector(".differences")!.textContent,
    );
    expect(mismatches).toBe("The browser cancels echo, although it was not asked to.");
  });

  it("the menu is as wide as its text", async () => {
    await open("width", null, "Built-in", "USB");
    await record();
    await offers(["Built-in", "USB"]);
    const menu = await select();
    const [width, expected] = await menu.evaluate((select) => {
      const width = select.offsetWidth;
      select.style.maxWidth = "none";
      return [width, select.offsetWidth];
    });
    expect(width).toBe(expected);
  });

  it("an invalid remembered choice is ignored", async () => {
    await open("checked", null, "Built-in", "Usb");
    await record();
    await offers(["Built-in", "Usb"]);
    await choose("Usb");
    await bench.page.evaluate(() => {
      for (const key of Object.keys(localStorage)) {
        if (key.endsWith("/checked")) localStorage.setItem(key, '{"id": 5, "name": {}}');
      }
    });
    await open("checked", null, "Built-in", "Usb");
    expect(await menu()).toMatchObject({ chosen: "Default microphone" });
  });
});

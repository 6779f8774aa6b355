// The view of a clip to label, and the messages that its keys and buttons send to Python.

import { describe, expect, it } from "vitest";

import { BROWSERS, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";
import type { SessionPage } from "../pages/sessions";

type Shown = Awaited<ReturnType<SessionPage["annotator"]>>;
declare const sessionPage: SessionPage;
declare const shown: Shown;
declare const testPage: TestPage;
declare const statuses: (string | null)[];

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "sessions");

  const open = (page: Parameters<SessionPage["annotator"]>[0] = {}) =>
    bench.page.evaluate(async (page) => {
      Object.assign(globalThis, { shown: await sessionPage.annotator(page) });
      shown.element(".session").focus();
    }, page);
  const sent = () => bench.page.evaluate(() => shown.sent);
  const pressed = () =>
    bench.page.evaluate(() =>
      [...shown.root.querySelectorAll('.label[aria-pressed="true"] span')].map(
        (label) => label.textContent,
      ),
    );

  it("labels a clip with a digit, and saves it with Enter", async () => {
    await open();
    const { keyboard } = bench.page;
    await keyboard.press("Enter"); // ignored: there is no label yet
    await keyboard.press("2");
    expect(await pressed()).toEqual(["no"]);
    await keyboard.press("1");
    await keyboard.press("Enter");
    await keyboard.press("b");
    await keyboard.press("n");
    expect(await sent()).toEqual([
      { kind: "do", step: 1, op: "say", label: "yes", regions: [] },
      { kind: "do", step: 1, op: "back" },
      { kind: "do", step: 1, op: "next" },
    ]);
  });

  it("shows regions, and relabels or removes the selected one", async () => {
    const regions: [number, number, string][] = [
      [0.25, 0.5, "yes"],
      [1, 1.5, "no"],
    ];
    await open({ regions, label: "no" });
    const { keyboard } = bench.page;
    // wavesurfer draws them asynchronously.
    const select = (index: number) =>
      bench.page.waitForFunction(
        (index) => {
          const region = sessionPage.regionsOf(shown)[index];
          region?.click();
          return region !== undefined;
        },
        {},
        index,
      );
    await select(0);
    await bench.page.evaluate(() => shown.element(".session").focus());
    expect(await pressed()).toEqual(["yes"]);
    await keyboard.press("2");
    await keyboard.press("Escape");
    expect(await pressed()).toEqual(["no"]);
    await select(1);
    await bench.page.evaluate(() => shown.element(".actions button:last-child").focus());
    await keyboard.press("Enter"); // removes it, and with it the button
    expect(await bench.page.evaluate(() => shown.root.activeElement?.className)).toBe("session");
    await keyboard.press("Enter");
    await bench.page.waitForFunction(() => sessionPage.regionsOf(shown).length === 1);
    expect(await sent()).toEqual([
      { kind: "do", step: 1, op: "say", label: "no", regions: [[0.25, 0.5, "no"]] },
    ]);
  });

  it("distinguishes regions that begin at the same second", async () => {
    await open({
      regions: [
        [0.5, 1.5, "yes"],
        [0.5, 1, "no"],
      ],
    });
    const { keyboard } = bench.page;
    await bench.page.evaluate(() => {
      const regions = sessionPage.regionsOf(shown);
      regions.find(({ textContent }) => textContent === "no")!.click();
    });
    expect(await pressed()).toEqual(["no"]);
    await keyboard.press("Delete");
    const seek = (seconds: number) =>
      bench.page.evaluate((seconds) => {
        const position = shown.element<HTMLInputElement>(".position");
        position.valueAsNumber = seconds;
        position.dispatchEvent(new Event("input"));
      }, seconds);
    await seek(0.5);
    await keyboard.press("i");
    await seek(0.75);
    await keyboard.press("o");
    await keyboard.press("2");
    await keyboard.press("Enter");
    const regions = [
      [0.5, 0.75, "no"],
      [0.5, 1.5, "yes"],
    ];
    expect(await sent()).toEqual([{ kind: "do", step: 1, op: "say", label: "", regions }]);
  });

  it("fetches a clip when it is first played, and reports it only then", async () => {
    await open();
    await bench.page.evaluate(() => {
      const status = shown.element(".verdict");
      Object.assign(globalThis, { statuses: [status.textContent] });
      new MutationObserver(() => statuses.push(status.textContent)).observe(status, {
        childList: true,
      });
    });
    const hint = await bench.page.evaluate(() => statuses[0]!);
    const isNamed = (name: string) =>
      bench.page.waitForFunction((name) => shown.element(".play").ariaLabel === name, {}, name);
    const fetching = "Fetching the clip from the kernel …";
    for (const name of ["Pause", "Play", "Pause"]) {
      await bench.page.keyboard.press(" ");
      await isNamed(name);
    }
    expect(await bench.page.evaluate(() => statuses)).toEqual([hint, fetching, hint]);
    const name = await bench.page.evaluate(() => {
      shown.show({ clip: "another", take: "another" });
      return shown.element(".play").ariaLabel;
    });
    expect(name).toBe("Play");
  });

  it("reports nothing about a clip that was left while it was fetched", async () => {
    await open();
    const texts = await bench.page.evaluate(async () => {
      const { kernel } = shown.recorder;
      kernel.busy = true;
      shown.element(".play").click();
      const status = shown.element(".verdict");
      const before = status.textContent;
      shown.show({ clip: "another", take: "another" });
      await testPage.sleep(0); // until the abandoned request has settled
      return [before, status.textContent];
    });
    expect(texts).toEqual([
      "Fetching the clip from the kernel …",
      expect.stringContaining("Choose a label"),
    ]);
  });

  it("keeps the chosen label when it could not be written", async () => {
    await open();
    await bench.page.keyboard.press("1");
    await bench.page.evaluate(() => shown.show({ notice: "No space left" }));
    expect(await bench.page.evaluate(() => shown.element(".verdict").textContent)).toBe(
      "No space left",
    );
    await bench.page.keyboard.press("Enter");
    expect(await sent()).toEqual([{ kind: "do", step: 2, op: "say", label: "yes", regions: [] }]);
  });

  it("shows foreign markup as text", async () => {
    const text = "<img src=x onerror=document.title='run'>";
    await open({ text, labels: [text], regions: [[0.5, 1, text]] });
    const texts = await bench.page.evaluate(() => [
      shown.element(".text").textContent,
      shown.element(".label span").textContent,
      sessionPage.regionsOf(shown)[0]!.textContent,
      document.title,
    ]);
    expect(texts).toEqual([text, text, text, ""]);
  });

  it("reports why a clip cannot be fetched", async () => {
    const drawn = await bench.page.evaluate(async () => {
      const view = await sessionPage.annotator();
      view.recorder.kernel.refusal = "It was withdrawn.";
      view.show({ clip: "another", take: "another" });
      while (view.element(".verdict").textContent !== "It was withdrawn.") {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return view.root.querySelectorAll(".tape.drawn").length;
    });
    expect(drawn).toBe(0);
  });
});

// The player of a take in a real Chromium, with a fake kernel.

import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { build } from "esbuild";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";

import type { TestPage } from "../pages/take";

let server: Server;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const files = await bundle("tests/js/pages/take.ts", "js/entries/waveform.ts");
  files.set("/opus.webm", readFileSync("tests/data/opus.webm"));
  server = createServer((request, response) => {
    const file = files.get(request.url ?? "");
    response.setHeader("content-type", file === undefined ? "text/html" : "text/javascript");
    response.end(
      file ?? "<!doctype html><title>Take</title><script type=module src=/take.js></script>",
    );
  }).listen(0, "127.0.0.1");
  browser = await puppeteer.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
});

afterAll(async () => {
  await browser.close();
  server.close();
});

beforeEach(async () => {
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => "testPage" in globalThis);
});

afterEach(async () => {
  await page.close();
});

async function bundle(...entryPoints: string[]): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints,
    bundle: true,
    format: "esm",
    loader: { ".css": "text" },
    entryNames: "[name]",
    outdir: "/",
    write: false,
  });
  return new Map(outputFiles.map((file) => [file.path, file.contents]));
}

declare const testPage: TestPage;

const FACTS = {
  seconds: 1.02,
  mime_type: "audio/webm;codecs=opus",
  sample_rate: 48_000,
  channels: 2,
  interrupted: "",
  span: false,
};

const text = (selector: string) => page.evaluate((s) => testPage.element(s).textContent, selector);
const requests = (kind: string) =>
  page.evaluate((k) => testPage.sent.filter((request) => request.kind === k).length, kind);
/** Click with the mouse: a user gesture, which lets the page play. */
const click = async (selector: string) => {
  const handle = await page.evaluateHandle((s) => testPage.element(s), selector);
  await handle.click();
};

it("shows the take's facts", async () => {
  await page.evaluate((facts) => testPage.show(facts), FACTS);
  expect(await text(".time")).toBe("0:00.0 / 0:01.0");
  expect(await text(".facts")).toBe("audio/webm;codecs=opus · 48 kHz · stereo");
  expect(await page.evaluate(() => testPage.element(".mark").hidden)).toBe(true);
});

it("marks an interrupted take, with markup shown as text", async () => {
  const markup = "<img src=x onerror=document.title='broken'>";
  await page.evaluate((facts) => testPage.show(facts), {
    ...FACTS,
    interrupted: markup,
    mime_type: markup,
  });
  expect(await text(".mark")).toBe(`interrupted: ${markup}`);
  expect(await page.evaluate(() => testPage.element(".take").querySelectorAll("img").length)).toBe(
    0,
  );
});

it("draws the waveform, and loads its code once per page", async () => {
  for (let n = 0; n < 2; n++) {
    await page.evaluate((facts) => testPage.show(facts), FACTS);
    await page.waitForFunction(() => testPage.element(".drawn .canvas > div"));
  }
  expect(await requests("asset")).toBe(1);
  expect(await requests("peaks")).toBe(2);
  expect(await requests("audio")).toBe(0);
});

it("fetches the sound once, when it first plays, and shows the position to the end", async () => {
  await page.evaluate((facts) => testPage.show(facts), FACTS);
  for (let n = 0; n < 2; n++) {
    await page.evaluate(() => testPage.times.splice(0));
    await page.evaluate(() => testPage.statuses.splice(0));
    await click(".play");
    await page.waitForFunction(
      () => Math.max(...testPage.times) > 0.5 && testPage.element(".play").ariaLabel === "Play",
    );
    expect(await text(".time")).toBe("0:00.0 / 0:01.0");
    const fetching = ["Fetching the recording from the kernel …", ""];
    expect(await page.evaluate(() => testPage.statuses)).toEqual(n === 0 ? fetching : []);
  }
  expect(await requests("audio")).toBe(1);
});

it("starts at the position set with the keyboard, and pauses", async () => {
  await page.evaluate((facts) => testPage.show(facts), FACTS);
  await page.evaluate(() => testPage.element(".position").focus());
  for (let n = 0; n < 10; n++) {
    await page.keyboard.press("ArrowRight");
  }
  expect(await text(".time")).toBe("0:00.2 / 0:01.0");
  const valueText = () => testPage.element(".position").getAttribute("aria-valuetext");
  expect(await page.evaluate(valueText)).toBe("0:00.2 of 0:01.0");
  await page.evaluate(() => testPage.times.splice(0));
  await click(".play");
  await page.waitForFunction(() => Math.max(...testPage.times) > 0.2);
  await click(".play");
  await page.waitForFunction(() => testPage.element(".play").ariaLabel === "Play");
  const times = await page.evaluate(() => testPage.times);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(0.2);
  expect(times.at(-1)).toBeGreaterThan(0.2); // the pause keeps the position
});

it("downloads the file under the name from Python", async () => {
  await page.evaluate((facts) => testPage.show(facts), FACTS);
  await click(".download");
  await page.waitForFunction(() => testPage.downloads.length === 1);
  expect(await page.evaluate(() => testPage.downloads)).toEqual(["take-1.webm"]);
});

it("shows an error from Python, and allows another attempt", async () => {
  await page.evaluate(async (facts) => {
    let tries = 0;
    const refusal = { kind: "error", about: "file", text: "The disk <b>is</b> full." };
    testPage.show(facts, {
      file: () => (tries++ ? [{ kind: "file", name: "x.webm" }, new Uint8Array(4)] : [refusal]),
    });
  }, FACTS);
  await click(".download");
  await page.waitForFunction(() => testPage.element(".failed"));
  expect(await text(".status")).toBe("The disk <b>is</b> full.");
  await click(".download");
  await page.waitForFunction(() => testPage.downloads.length === 1);
  expect(await text(".status")).toBe("");
});

it("requests a WAV if the browser cannot play the type", async () => {
  await page.evaluate((facts) => testPage.show(facts), { ...FACTS, mime_type: "audio/x-new" });
  await click(".play");
  await page.waitForFunction(() => testPage.sent.some((request) => request.kind === "audio"));
  expect(
    await page.evaluate(() => testPage.sent.find((request) => request.kind === "audio")),
  ).toEqual({
    kind: "audio",
    form: "wav",
  });
});

it("reports a take without sound", async () => {
  await page.evaluate(async (facts) => {
    testPage.show(facts, { peaks: () => [{ kind: "peaks" }, new Uint8Array(0)] });
  }, FACTS);
  await page.waitForFunction(() => (testPage.element(".play") as HTMLButtonElement).disabled);
  expect(await text(".status")).toBe("The recording contains no sound.");
});

it("leaves no listener behind", async () => {
  await page.evaluate((facts) => testPage.show(facts, { file: () => [null] }), FACTS);
  await page.waitForFunction(() => testPage.element(".drawn"));
  await click(".download"); // never answered
  await page.evaluate(() => testPage.shown.destroy());
  expect(await page.evaluate(() => testPage.shown.listenerCount())).toBe(0);
});

// Real browsers, each with a fake microphone whose input is a steady tone.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";

import { serve, type Site } from "./site";
import { wav } from "./wav";

export const BROWSERS = ["chromium", "firefox"] as const;
export type BrowserName = (typeof BROWSERS)[number];

/** The frequency of the microphone's tone, in Hz. */
export const MICROPHONE_HZ = 440;

/** A host name of the same server that is not a secure context. */
export const INSECURE_HOST = "insecure.test";

async function openChromium(microphone: string): Promise<Browser> {
  return puppeteer.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--autoplay-policy=no-user-gesture-required",
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-audio-capture=${microphone}`,
      `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
    ],
  });
}

/** Open Firefox with a temporary profile, which is deleted when it closes. */
async function openFirefox(): Promise<Browser> {
  return puppeteer.launch({
    browser: "firefox",
    executablePath: process.env["FIREFOX"] ?? "/usr/bin/firefox-esr",
    extraPrefsFirefox: {
      "media.navigator.streams.fake": true,
      "media.navigator.audio.fake_frequency": MICROPHONE_HZ,
      "media.navigator.permission.disabled": true,
      "media.autoplay.default": 0,
      "media.autoplay.block-webaudio": false,
      // Without a sound card, an AudioContext never runs; this is a mock of one.
      "media.cubeb.force_mock_context": true,
      "media.cubeb.sandbox": false,
      "network.dns.localDomains": INSECURE_HOST,
    },
  });
}

export type Bench = {
  readonly name: BrowserName;
  readonly browser: Browser;
  readonly site: Site;
  /** A new page for each test. */
  readonly page: Page;
};

/** Open a browser for the tests of this block, and for each test a page with script `script`. */
export function useBrowser(name: BrowserName, script: string): Bench {
  const bench = { name } as { -readonly [K in keyof Bench]: Bench[K] };
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "mediarecorder-"));
    const microphone = path.join(folder, "microphone.wav");
    writeFileSync(microphone, wav(MICROPHONE_HZ));
    bench.site = await serve();
    bench.browser = await (name === "chromium" ? openChromium(microphone) : openFirefox());
  });

  afterAll(async () => {
    await bench.browser.close();
    await bench.site.close();
    rmSync(folder, { recursive: true });
  });

  beforeEach(async () => {
    bench.page = await bench.browser.newPage();
    await bench.page.goto(`${bench.site.url}/${script}`);
  });

  afterEach(async () => {
    await bench.page.close();
  });

  return bench;
}

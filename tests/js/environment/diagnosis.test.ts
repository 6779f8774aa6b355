// A page's report on itself and its browser: correct, limited to the request, and never blocked.

import { describe, expect, it } from "vitest";

import type { Facts } from "../../../js/wire/protocol";
import { BROWSERS, INSECURE_HOST, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";

declare const testPage: TestPage;

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "recorder");
  const chromium = name === "chromium";

  const diagnosed = (names = false): Promise<Facts> =>
    bench.page.evaluate(async (names) => {
      const kernel = await testPage.kernel({ source: testPage.microphone() });
      await kernel.letter("tried");
      kernel.send({ kind: "diagnose", page: kernel.page, names });
      const diagnosis = () => kernel.sent.find((message) => message.kind === "diagnosis");
      await kernel.until(() => diagnosis() !== undefined);
      return diagnosis()!.facts;
    }, names);

  it("a working page reports its facts, and opens nothing", async () => {
    const facts = await diagnosed();
    expect(facts).toMatchObject({
      host: null,
      secure: true,
      webview: false,
      embedded: false,
      visible: true,
      allowed: chromium ? true : null,
      names: null,
      media_devices: true,
      media_recorder: true,
      web_codecs: true,
      audio_context: true,
      web_locks: true,
      indexed_db: true,
    });
    expect(facts.user_agent).toContain(chromium ? "Chrome/" : "Firefox/");
    expect(facts.permission).toBe(chromium ? "granted" : "prompt");
    expect(facts.microphones).toBeGreaterThan(0);
    expect(facts.storable_bytes! - facts.stored_bytes!).toBeGreaterThan(1_000_000);
    const opened = await bench.page.evaluate(() => [
      testPage.permission.requests,
      testPage.liveTracks(),
    ]);
    expect(opened).toEqual([0, 0]);
  });

  it("microphones are named on request, once one has been allowed", async () => {
    await bench.page.evaluate(async () => {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      stream.getTracks().forEach((track) => track.stop());
    });
    const { names } = await diagnosed(true);
    expect(names).toContain(chromium ? "Fake Default Audio Input" : "Default Audio Device");
  });

  it("a page of JupyterLab reports its version", async () => {
    await bench.page.evaluate(() => testPage.showJupyterConfig());
    expect((await diagnosed()).host).toBe("JupyterLab 4.6.6");
  });

  it("a page that is not secure reports the APIs that it lacks", async () => {
    await bench.page.goto(`http://${INSECURE_HOST}:${bench.site.port}/recorder`);
    expect(await diagnosed(true)).toMatchObject({
      secure: false,
      media_devices: false,
      microphones: null,
      names: [],
      web_codecs: false,
      web_locks: false,
      media_recorder: true,
      stored_bytes: null,
      storable_bytes: null,
    });
  });

  it("a browser that answers no query is reported too", async () => {
    await bench.page.evaluate(() => {
      const never = () => new Promise<never>(() => undefined);
      Object.assign(navigator.mediaDevices, { enumerateDevices: never });
      Object.assign(navigator.permissions, { query: never });
      Object.assign(navigator.storage, { estimate: () => Promise.reject(new TypeError("No.")) });
      Object.assign(indexedDB, { databases: undefined });
    });
    expect(await diagnosed(true)).toMatchObject({
      secure: true,
      permission: null,
      microphones: null,
      names: [],
      indexed_db: false,
      storable_bytes: null,
    });
  });
});

// Safari is not available to these tests. A stand-in behaves as WebKit's source and bug reports
// describe it: only MP4, in segments of one second with empty blobs between them; events during a
// pause; no AudioDecoder; no permission query for microphones; and, on iOS, a recorder that stops
// by itself without an event.

import { beforeEach, expect, it } from "vitest";

import { MICROPHONE_HZ, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";

declare const testPage: TestPage;
declare const safari: { blobs: Blob[]; stopSilently: () => void };

const bench = useBrowser("chromium", "recorder");

beforeEach(async () => {
  await bench.page.evaluate(() => {
    Reflect.deleteProperty(globalThis, "AudioDecoder");
    navigator.permissions.query = () => Promise.reject(new TypeError("No such permission."));
    const Native = MediaRecorder;
    const standIn = { blobs: [] as Blob[], stopSilently: () => {} };
    Object.assign(globalThis, { safari: standIn });
    globalThis.MediaRecorder = class extends Native {
      static override isTypeSupported = (type: string) => /^(audio|video)\/mp4\b/.test(type);
      #hasStopped = false;

      constructor(stream: MediaStream, options?: MediaRecorderOptions) {
        super(stream, { ...options, mimeType: "audio/mp4" });
        standIn.stopSilently = () => {
          this.#hasStopped = true;
          this.#mute();
          super.stop();
        };
      }

      get audioBitrateMode(): BitrateMode {
        return undefined!;
      }

      override get state(): RecordingState {
        return this.#hasStopped ? "inactive" : super.state;
      }

      override start(): void {
        super.start(1_000);
        const empty = setInterval(() => {
          if (super.state === "inactive") clearInterval(empty);
          else this.dispatchEvent(new BlobEvent("dataavailable", { data: new Blob([]) }));
        }, 100);
      }

      override set ondataavailable(handler: (event: BlobEvent) => void) {
        super.ondataavailable = (event) => {
          standIn.blobs.push(event.data);
          handler(event);
        };
      }

      #mute(): void {
        super.ondataavailable = super.onstop = null;
      }
    };
  });
});

it("records MP4 byte for byte, despite empty blobs, and decodes it as a whole", async () => {
  const result = await bench.page.evaluate(async () => {
    const kernel = await testPage.kernel({ source: testPage.microphone() });
    kernel.command("start", "a");
    await kernel.letter("data");
    kernel.command("pause");
    await kernel.letter("paused");
    const before = safari.blobs.length;
    await kernel.until(() => safari.blobs.length > before + 2);
    kernel.command("resume");
    await kernel.letter("resumed");
    kernel.command("stop");
    const { mime_type, decoding } = await kernel.letter("stopped");
    const { sample_rate, channels } = await kernel.letter("pcm");
    return {
      events: kernel.events("a"),
      decoding,
      mime_type,
      empty: safari.blobs.filter(({ size }) => size === 0).length,
      bytes: await testPage.compare(kernel.blob("a"), safari.blobs),
      frequency: testPage.dominantFrequency(kernel.samples("a"), sample_rate, channels),
    };
  });
  expect(result).toMatchObject({
    events: ["started", "paused", "resumed", "dataavailable", "stopped"],
    decoding: "done",
    bytes: "equal",
    frequency: MICROPHONE_HZ,
  });
  expect(result.mime_type).toMatch(/^audio\/mp4/);
  expect(result.empty).toBeGreaterThan(5);
});

it("ends a take whose recorder has stopped by itself, and releases the microphone", async () => {
  const result = await bench.page.evaluate(async () => {
    const kernel = await testPage.kernel({ source: testPage.microphone() });
    kernel.command("start", "a");
    await kernel.letter("data");
    safari.stopSilently();
    const { ended_by } = await kernel.letter("stopped");
    const live = testPage.liveTracks();
    return { ended_by, live, bytes: kernel.blob("a").length, events: kernel.events("a") };
  });
  expect(result.bytes).toBeGreaterThan(0);
  expect(result).toMatchObject({
    ended_by: "track ended",
    live: 0,
    events: ["started", "dataavailable", "stopped"],
  });
});

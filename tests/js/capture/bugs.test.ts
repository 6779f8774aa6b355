// The browser behaviour that has a workaround, whether a bug or not. A test fails when a browser
// changes that behaviour; then the workaround, whose comment names the bug, can be removed.

import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { BROWSERS, INSECURE_HOST, useBrowser, type BrowserName } from "../harness/browsers";
import type { NativePage } from "../pages/native";

declare const native: NativePage;

const tested = new Set<string>();

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "native");

  /** Test that the bug still exists in the browsers `where`: `probe` returns `expected`. */
  function bug<T>(title: string, where: BrowserName[], probe: () => Promise<T>, expected: T): void {
    tested.add(title);
    it.runIf(where.includes(name))(`bug: ${title}`, async () => {
      expect(await probe()).toEqual(expected);
    });
  }

  bug(
    "start comes after pause and resume",
    ["chromium", "firefox"],
    () =>
      bench.page.evaluate(async () => {
        const { names } = await native.record(await native.microphone(), {
          act: (recorder) => {
            recorder.pause();
            recorder.resume();
            recorder.stop();
          },
        });
        return names.filter((name) => name !== "dataavailable");
      }),
    ["pause", "resume", "start", "stop"],
  );

  bug(
    "start that throws leaves it recording",
    ["chromium"],
    () =>
      bench.page.evaluate(async () => {
        const stream = await native.microphone();
        stream.getTracks().forEach((track) => track.stop());
        const recorder = new MediaRecorder(stream);
        try {
          recorder.start();
        } catch (thrown) {
          return [(thrown as DOMException).name, recorder.state];
        }
        return ["did not throw", recorder.state];
      }),
    ["NotSupportedError", "recording"],
  );

  bug(
    "stop drops what waits while the page is busy",
    ["chromium"],
    () =>
      bench.page.evaluate(async () => {
        const { events } = await native.record(await native.microphone(), {
          timeslice: 100,
          act: async (recorder) => {
            for (let n = 0; n < 4; n++) await native.next(recorder, "dataavailable");
            for (const until = performance.now() + 1000; performance.now() < until;);
            recorder.stop();
          },
        });
        const last = events.filter(({ size }) => size !== null).at(-1);
        return (last?.size ?? 0) < 6_000; // of 16 kB per second
      }),
    true,
  );

  bug(
    "a tiny timeslice gives a flood of tiny blobs",
    ["chromium", "firefox"],
    () =>
      bench.page.evaluate(async () => {
        const { events } = await native.record(await native.microphone(), {
          timeslice: 0,
          act: async (recorder, data) => {
            for (let n = 0; n < 8; n++) await native.next(recorder, "dataavailable");
            await data();
            recorder.stop();
          },
        });
        const tiny = events.filter(({ size }) => size !== null && size <= 1);
        return tiny.length >= 6;
      }),
    true,
  );

  bug(
    "empty blobs while it records",
    ["firefox"],
    () =>
      bench.page.evaluate(async () => {
        const { events } = await native.record(await native.microphone(), {
          timeslice: 100,
          act: async (recorder, data) => {
            for (let n = 0; n < 4; n++) await data();
            recorder.stop();
          },
        });
        return events.some(({ size, state }) => size === 0 && state === "recording");
      }),
    true,
  );

  bug(
    "a page of Ogg waits until it is full",
    ["firefox"],
    () =>
      bench.page.evaluate(async () => {
        const stream = await native.microphone();
        const optionsOf = (container: string) => ({
          timeslice: 100,
          options: { mimeType: `audio/${container};codecs=opus`, audioBitsPerSecond: 8_000 },
        });
        const webm = native.record(stream, {
          ...optionsOf("webm"),
          act: (recorder, data) => native.waitForBlobs(12, data).then(() => recorder.stop()),
        });
        const ogg = native.record(stream, {
          ...optionsOf("ogg"),
          act: (recorder) => webm.then(() => recorder.stop()),
        });
        const headers = 200;
        return [
          native.bytesWhileRecording(await ogg) > headers,
          native.bytesWhileRecording(await webm) > headers,
        ];
      }),
    [false, true],
  );

  bug(
    "events of two takes mix",
    ["chromium", "firefox"],
    () =>
      bench.page.evaluate(async () => {
        const { events } = await native.record(await native.microphone(), {
          act: async (recorder, data) => {
            await data();
            recorder.stop();
            recorder.start(250);
            await native.next(recorder, "stop"); // the old take's
            recorder.stop();
          },
        });
        // The first take's stop event fires while the second take is recording.
        return events.find(({ name }) => name === "stop")!.state;
      }),
    "recording",
  );

  bug(
    "mimeType stays after stop",
    ["chromium"],
    () =>
      bench.page.evaluate(
        async () => (await native.record(await native.microphone())).mimeType !== "",
      ),
    true,
  );

  bug(
    "mimeType is gone at the stop event's dataavailable",
    ["firefox"],
    () =>
      bench.page.evaluate(async () => {
        const recorder = new MediaRecorder(await native.microphone());
        const last = new Promise<string[]>((resolve) => {
          recorder.ondataavailable = ({ data }) => {
            if (recorder.state === "inactive") resolve([recorder.mimeType, data.type]);
          };
        });
        recorder.start();
        await native.next(recorder, "start");
        recorder.stop();
        return last;
      }),
    ["", "audio/ogg; codecs=opus"],
  );

  bug(
    "the bit rate of video is lost by recording sound",
    ["chromium"],
    () =>
      bench.page.evaluate(async () => {
        const stream = await native.microphone();
        const recorder = new MediaRecorder(stream, { videoBitsPerSecond: 1_000_000 });
        const before = recorder.videoBitsPerSecond;
        recorder.start();
        await native.next(recorder, "start");
        recorder.stop();
        await native.next(recorder, "stop");
        return [before, recorder.videoBitsPerSecond];
      }),
    [1_000_000, 0],
  );

  bug(
    "an error event is a MediaRecorderErrorEvent",
    ["firefox"],
    () =>
      bench.page.evaluate(async () => {
        const stream = await native.microphone();
        const { errorClass } = await native.record(stream, {
          act: async (_, data) => {
            await data();
            stream.addTrack(stream.getAudioTracks()[0]!.clone());
          },
        });
        return errorClass;
      }),
    "MediaRecorderErrorEvent",
  );

  bug(
    "a recorder goes on when its permission is taken back",
    ["chromium"],
    async () => {
      const permission = { name: "microphone" } as const;
      const cdp = await bench.page.createCDPSession();
      await cdp.send("Browser.setPermission", { permission, setting: "granted" });
      const recorder = await bench.page.evaluateHandle(async () => {
        const stream = await native.microphone();
        const recorder = new MediaRecorder(stream);
        const [track] = stream.getTracks();
        const ended = new Promise((resolve) => track!.addEventListener("ended", resolve));
        recorder.start(100);
        await native.next(recorder, "dataavailable");
        return { recorder, track, ended };
      });
      await cdp.send("Browser.setPermission", { permission, setting: "denied" });
      const states = await recorder.evaluate(async ({ recorder, track, ended }) => {
        await ended;
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        return [track!.readyState, recorder.state];
      });
      await cdp.send("Browser.resetPermissions");
      return states;
    },
    ["ended", "recording"],
  );

  bug(
    "OverconstrainedError has no message",
    ["chromium"],
    () =>
      bench.page.evaluate(() =>
        navigator.mediaDevices
          .getUserMedia({ audio: { sampleRate: { exact: 12_345 } } })
          .then(() => [])
          .catch((thrown: unknown) => {
            const { name, message, constraint } = thrown as DOMException & { constraint: string };
            return [name, message, constraint];
          }),
      ),
    ["OverconstrainedError", "", "sampleRate"],
  );

  bug(
    "no audioBitrateMode",
    ["firefox"],
    () => bench.page.evaluate(() => "audioBitrateMode" in MediaRecorder.prototype),
    false,
  );

  bug(
    "no timecode",
    ["firefox"],
    () => bench.page.evaluate(() => "timecode" in BlobEvent.prototype),
    false,
  );

  bug(
    "insecure pages lack randomUUID and microphones",
    ["chromium", "firefox"],
    async () => {
      await bench.page.goto(`http://${INSECURE_HOST}:${bench.site.port}/native`);
      return bench.page.evaluate(() => [
        isSecureContext,
        "randomUUID" in crypto,
        "mediaDevices" in navigator,
        "getRandomValues" in crypto,
      ]);
    },
    [false, false, false, true],
  );

  // Behaviour without a workaround that the sources rely on: a failure may require a change there.

  it("stop() on an inactive recorder does nothing, unlike in Python", async () => {
    const result = await bench.page.evaluate(async () => {
      const recorder = new MediaRecorder(await native.microphone());
      recorder.stop();
      const refused = ["pause", "resume", "requestData"].map((method) => {
        try {
          recorder[method as "pause"]();
          return "nothing";
        } catch (thrown) {
          return (thrown as DOMException).name;
        }
      });
      return [recorder.state, ...refused];
    });
    expect(result).toEqual([
      "inactive",
      "InvalidStateError",
      "InvalidStateError",
      "InvalidStateError",
    ]);
  });

  it.runIf(name === "firefox")(
    "initial silence yields no bytes before the first sound",
    async () => {
      const earlyBytes = await bench.page.evaluate(async () => {
        const microphone = await native.microphone();
        const silence = microphone.clone();
        silence.getTracks().forEach((track) => (track.enabled = false));
        const aSecond = native.record(microphone, {
          timeslice: 100,
          options: { mimeType: "audio/webm;codecs=opus" },
          act: (recorder, data) => native.waitForBlobs(10, data).then(() => recorder.stop()),
        });
        const takes = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus"].map((mimeType) =>
          native.record(silence, {
            timeslice: 100,
            options: { mimeType },
            act: (recorder) => aSecond.then(() => recorder.stop()),
          }),
        );
        return (await Promise.all(takes)).map(native.bytesWhileRecording);
      });
      expect(earlyBytes).toEqual([0, 0]);
    },
  );

  it("a list of codecs needs no quotes", async () => {
    const supported = await bench.page.evaluate(() =>
      ["video/webm;codecs=vp8,opus", 'video/webm;codecs="vp8,opus"'].map((type) =>
        MediaRecorder.isTypeSupported(type),
      ),
    );
    expect(supported).toEqual([true, true]);
  });
});

it("every bug that a comment names has a test, and every test has a workaround", () => {
  const sources = readdirSync("js", { recursive: true, encoding: "utf8" })
    .map((file) => `js/${file}`)
    .filter((file) => file.endsWith(".ts"))
    .concat("src/mediarecorder/options.py");
  const names = sources.flatMap((file) => {
    const oneLine = readFileSync(file, "utf8").replace(/\s*\n\s*(?:\/\/|\*)?\s*/g, " ");
    return [...oneLine.matchAll(/\(bug: ([^)]+)\)/g)].map(([, title]) => title);
  });
  expect([...new Set(names)].sort()).toEqual([...tested].sort());
});

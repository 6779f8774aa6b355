// Letters and commands over lossy wires and with busy kernels, and models that share a page.

import { describe, expect, it } from "vitest";

import { VERSION } from "../../../js/wire/protocol";
import golden from "../../data/messages.json";
import { BROWSERS, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";

declare const testPage: TestPage;

/** Return the fields of a value with their types; a table counts as one type. */
function shape(value: unknown, name = ""): unknown {
  if (typeof value !== "object" || value === null) {
    return typeof value;
  }
  if (["settings", "types", "names", "devices"].includes(name)) {
    return "a table";
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner, key)]));
}

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "recorder");

  it("a page's messages have the fields of the golden messages", async () => {
    const messages = await bench.page.evaluate(async () => {
      const unsupported = await testPage.kernel({ mimeType: "audio/mpeg" });
      await unsupported.letter("tried"); // with a fault
      testPage.permission.defer()("NotAllowedError", "Permission dismissed");
      const refused = await testPage.kernel({ source: testPage.microphone() });
      refused.command("start", "a");
      await refused.letter("failed"); // with a cause
      testPage.permission.defer()();
      const kernel = await testPage.kernel({ source: testPage.microphone(), live: false });
      await kernel.letter("tried");
      kernel.command("stop"); // has no effect, so that a note acknowledges it
      await kernel.until(() => kernel.sent.some(({ kind }) => kind === "note"));
      kernel.busy = true;
      kernel.set("state", "recording");
      const model = testPage.models.at(-1)!;
      model.render().querySelector<HTMLButtonElement>(".second")!.click(); // by way of Python
      kernel.set("state", "inactive");
      kernel.wake();
      testPage.devices.plug("A", "B");
      kernel.command("start", "a");
      kernel.command("start", "b");
      await kernel.letter("failed");
      await kernel.letter("devices");
      await testPage.nextChunk();
      kernel.command("pause");
      await kernel.letter("data");
      kernel.command("resume");
      await testPage.nextChunk();
      kernel.command("request_data");
      kernel.send({ kind: "query", page: kernel.page, mime_type: "audio/webm" });
      testPage.showJupyterConfig();
      kernel.send({ kind: "diagnose", page: kernel.page, names: true });
      await kernel.until(() => kernel.sent.some(({ kind }) => kind === "diagnosis"));
      kernel.busy = true;
      await kernel.until(() => kernel.sent.some(({ kind }) => kind === "probe"));
      kernel.wake();
      kernel.command("stop");
      await kernel.letter("stopped");
      const menu = model.views[0]!.shadowRoot!.querySelector("select")!;
      menu.value = "B";
      menu.dispatchEvent(new Event("change"));
      await kernel.letter("pcm");
      const mime_type = "audio/webm";
      kernel.send({ kind: "decode", page: kernel.page, take: "c", mime_type }, kernel.blob("a"));
      await kernel.letter("decoded");
      dispatchEvent(new Event("pagehide"));
      const source = testPage.microphone();
      const keeping = { notebook: "of two kernels" };
      const dying = await testPage.kernel({ source, keeping });
      dying.command("start", "d");
      await dying.letter("data");
      dying.die();
      const next = await testPage.kernel({ source, keeping });
      await next.letter("kept");
      next.send({ kind: "fetch", page: next.page, take: "d", first: 0, most: 10 });
      await next.letter("stretch");
      next.send({ kind: "forget", page: next.page, take: "d" });
      next.send({ kind: "seek", page: next.page, anywhere: false });
      await next.letter("listed");
      return [unsupported, refused, kernel, next]
        .flatMap(({ sent }) => sent)
        .map(({ bytes, ...message }) => ({
          message,
          bytes: bytes !== null,
        }));
    });
    const kinds = new Set(messages.map(({ message }) => message.kind));
    expect([...kinds].sort()).toEqual(["asset", ...golden.page.map(({ kind }) => kind)].sort());
    // Return the message of a kind with the fewest nulls.
    const full = (kind: string) =>
      messages
        .filter(({ message }) => message.kind === kind)
        .sort((a, b) => count(a.message) - count(b.message))
        .at(-1)!;
    const count = (value: unknown): number =>
      typeof value === "object" && value !== null
        ? Object.values(value).reduce((sum: number, inner) => sum + count(inner), 0)
        : Number(value !== null);
    for (const example of golden.page) {
      const { message } = full(example.kind);
      const expected = shape(example) as Record<string, unknown>;
      if ("timecode" in example && name === "firefox") {
        expected["timecode"] = "object"; // null
      }
      if (example.kind === "diagnosis" && name === "firefox") {
        Object.assign(expected["facts"] as object, { allowed: "object" }); // null
      }
      expect(shape(message), example.kind).toEqual(expected);
      const hasBytes = messages.some((each) => each.message.kind === example.kind && each.bytes);
      const withBytes = ["data", "dataavailable", "pcm", "stretch"];
      expect(hasBytes, example.kind).toBe(withBytes.includes(example.kind));
    }
    expect(shape(full("asset").message)).toEqual(shape(golden.asset.asked));
  });

  it("a wire that loses, duplicates and delays keeps every byte in order", async () => {
    const result = await bench.page.evaluate(async () => {
      const impairments = { lost: 0.15, doubled: 0.1, delay: 20, seed: 1 };
      const kernel = await testPage.kernel({ source: testPage.microphone(), ...impairments });
      kernel.command("start", "a");
      await kernel.until(() => kernel.blob("a").length > 4_000);
      kernel.command("pause");
      kernel.command("resume");
      kernel.command("stop");
      kernel.command("start", "b");
      await kernel.until(() => kernel.blob("b").length > 4_000);
      kernel.command("stop");
      const { decoding } = await kernel.letter("stopped", 2);
      return {
        seqs: kernel.letters.map(({ seq }) => seq),
        events: ["a", "b"].map((take) => kernel.events(take)),
        bytes: await Promise.all(
          ["a", "b"].map((take, n) =>
            testPage.compare(kernel.blob(take), testPage.natives[n]!.blobs),
          ),
        ),
        natives: testPage.natives.length,
        decoding,
        samples: kernel.samples("b").length > 0,
        again: kernel.sent.length - new Set(kernel.sent.map((m) => ("seq" in m ? m.seq : m))).size,
      };
    });
    expect(result.again).toBeGreaterThan(0); // the wire has lost letters
    expect(result).toMatchObject({
      seqs: result.seqs.map((_, n) => n),
      events: [
        ["started", "paused", "resumed", "dataavailable", "stopped"],
        ["started", "dataavailable", "stopped"],
      ],
      bytes: ["equal", "equal"],
      natives: 2,
      decoding: "done",
      samples: true,
    });
  });

  it("a busy kernel delays only its answers, and is sent nothing twice", async () => {
    const result = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel({ source: testPage.microphone(), decode: false });
      kernel.command("start", "a");
      await kernel.letter("data");
      kernel.busy = true;
      await testPage.sleep(4.5);
      const probes = kernel.sent.filter(({ kind }) => kind === "probe").length;
      const blobs = testPage.natives[0]!.blobs.length;
      kernel.wake();
      kernel.command("stop");
      await kernel.letter("stopped");
      const seqs = kernel.sent.flatMap((message) => ("seq" in message ? [message.seq] : []));
      return {
        probes,
        blobs,
        seqs,
        bytes: await testPage.compare(kernel.blob("a"), testPage.natives[0]!.blobs),
      };
    });
    expect(result.probes).toBe(2); // after 1 and 3 seconds
    expect(result.blobs).toBeGreaterThan(10);
    expect(result.seqs).toEqual(result.seqs.map((_, n) => n));
    expect(result.bytes).toBe("equal");
  });

  it("a start() with a duration ends by itself, pauses excluded", async () => {
    const result = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel({ source: testPage.microphone(), decode: false });
      kernel.command("start", "a", null, 1.2);
      await kernel.letter("data");
      kernel.command("pause");
      await kernel.letter("paused");
      await testPage.sleep(1.5);
      const state = testPage.natives[0]!.recorder.state;
      kernel.command("resume");
      const { seconds, ended_by } = await kernel.letter("stopped");
      return { state, seconds, ended_by, live: testPage.liveTracks() };
    });
    expect(result).toMatchObject({ state: "paused", ended_by: "stop", live: 0 });
    expect(result.seconds).toBeGreaterThanOrEqual(1.2);
    expect(result.seconds).toBeLessThan(2.2);
  });

  it("a page that Python has given up releases everything and restarts", async () => {
    const result = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel({ source: testPage.microphone(), decode: false });
      kernel.command("start", "a");
      await kernel.letter("data");
      const { page } = kernel;
      kernel.send({ kind: "lost", page });
      await kernel.until(() => kernel.page !== page);
      const next = kernel.sent.findIndex((message) => "page" in message && message.page !== page);
      return {
        kinds: kernel.sent.slice(next, next + 2).map(({ kind }) => kind),
        heard: kernel.sent.slice(next).map((m) => ("heard" in m ? m.heard : 0)),
        live: testPage.liveTracks(),
        state: testPage.natives[0]!.recorder.state,
      };
    });
    expect(result.kinds[0]).toBe("hello");
    expect(new Set(result.heard)).toEqual(new Set([0]));
    expect(result).toMatchObject({ live: 0, state: "inactive" });
  });

  it("a permission that is granted after the page was given up opens nothing", async () => {
    const result = await bench.page.evaluate(async () => {
      const decide = testPage.permission.defer();
      const kernel = await testPage.kernel({ source: testPage.microphone(), decode: false });
      kernel.command("start", "a");
      await kernel.until(() => testPage.permission.requests === 1);
      const { page } = kernel;
      kernel.send({ kind: "lost", page });
      await kernel.until(() => kernel.page !== page);
      decide();
      const other = await testPage.kernel({ source: testPage.microphone(), decode: false });
      other.command("start", "b");
      await other.letter("data");
      const after = kernel.sent.filter((m) => "page" in m && m.page !== page);
      return {
        natives: testPage.natives.length,
        live: testPage.liveTracks(), // the other's
        done: after.map((m) => ("done" in m ? m.done : 0)),
        kinds: after.map(({ kind }) => kind).filter((kind) => !["note", "devices"].includes(kind)),
      };
    });
    expect(result).toMatchObject({ natives: 1, live: 1, kinds: ["hello", "tried"] });
    expect(new Set(result.done)).toEqual(new Set([0]));
  });

  it("a page ignores commands before its welcome", async () => {
    const result = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel({ decode: false });
      kernel.busy = true; // the welcome is late
      await kernel.until(() => kernel.sent.length > 0);
      const hello = kernel.sent.find(({ kind }) => kind === "hello")!;
      const page = "page" in hello ? hello.page : "";
      const command = { kind: "command", page, n: 1, previous: 0, op: "start", take: "a" };
      kernel.send({ ...command, timeslice: null, seconds: null });
      await kernel.until(() => kernel.sent.some(({ kind }) => kind === "note"));
      const heard = kernel.sent.map((m) => ("heard" in m ? m.heard : 0));
      kernel.wake();
      kernel.command("start", "a"); // repeated until it is acknowledged
      await kernel.letter("data");
      return { heard, natives: testPage.natives.length };
    });
    expect(new Set(result.heard)).toEqual(new Set([0]));
    expect(result.natives).toBe(1);
  });

  describe("models, each with its own copy of the module,", () => {
    it("record side by side, and share the state of the page", async () => {
      const result = await bench.page.evaluate(async () => {
        const models = [
          await testPage.model({ source: testPage.microphone() }),
          await testPage.model({ source: testPage.tone(1000) }),
        ];
        const [one, two] = models.map(({ kernel }) => kernel) as [
          (typeof models)[0]["kernel"],
          (typeof models)[0]["kernel"],
        ];
        one.command("start", "a");
        await one.letter("data");
        two.command("start", "a");
        await two.letter("data");
        one.command("stop");
        await one.letter("stopped");
        const other = testPage.natives[1]!.recorder.state;
        two.command("stop");
        await two.letter("stopped");
        // A view from the other model's copy of the module shows this model's recorder.
        const el = document.createElement("div");
        models[1]!.widget.render({ model: one.model, el, experimental: {} });
        return {
          copies: models[0]!.widget !== models[1]!.widget,
          pages: one.page !== two.page,
          other,
          bytes: [
            await testPage.compare(one.blob("a"), testPage.natives[0]!.blobs),
            await testPage.compare(two.blob("a"), testPage.natives[1]!.blobs),
          ],
          decoded: [one.samples("a").length > 0, two.samples("a").length > 0],
          assets: [...one.requestedAssets, ...two.requestedAssets],
          phase: el.shadowRoot?.querySelector("section")?.dataset["phase"],
          keys: Object.getOwnPropertySymbols(globalThis)
            .flatMap(({ description }) => description ?? [])
            .filter((key) => key.startsWith("mediarecorder."))
            .sort(),
        };
      });
      expect(result).toEqual({
        copies: true,
        pages: true,
        other: "recording",
        bytes: ["equal", "equal"],
        decoded: [true, true],
        assets: ["decoder", "tone"], // the decoder once
        phase: "inactive",
        keys: [`mediarecorder.assets/${VERSION}`, `mediarecorder.page/${VERSION}`],
      });
    });

    it("that are created again under the same key replace the old ones", async () => {
      const result = await bench.page.evaluate(async () => {
        const old = await testPage.model({ source: testPage.microphone() });
        old.kernel.command("start", "a");
        await old.kernel.letter("data");
        const again = await testPage.model(
          { source: testPage.microphone(), decode: false },
          old.kernel.traits,
        );
        const live = testPage.liveTracks();
        const { length } = old.kernel.sent;
        again.kernel.command("start", "b");
        await again.kernel.letter("data");
        again.kernel.command("stop");
        const { seq } = await again.kernel.letter("tried");
        await again.kernel.letter("stopped");
        old.destroy(); // late: it leaves the new model alone
        const status = again.render().querySelector(".status")?.textContent;
        return {
          live,
          sent: old.kernel.sent.length - length,
          seq,
          pages: old.kernel.page !== again.kernel.page,
          events: again.kernel.events("b"),
          status,
        };
      });
      expect(result).toEqual({
        live: 0,
        sent: 0,
        seq: 0,
        pages: true,
        events: ["started", "dataavailable", "stopped"],
        status: "Ready",
      });
    });
  });
});

// Backups of takes in the browser's store: their contents, their owners and their lifetime.

import { describe, expect, it } from "vitest";

import { BROWSERS, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";

declare const testPage: TestPage;

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "recorder");

  it("a page that is closed leaves all of MediaRecorder's data for the next page", async () => {
    const before = await bench.page.evaluate(async () => {
      const keeping = { notebook: "left", kernel: "one" };
      const kernel = await testPage.kernel({ source: testPage.microphone(), keeping });
      await kernel.letter("tried");
      kernel.command("start", "left");
      await kernel.letter("data", 2);
      kernel.busy = true; // later data is not acknowledged
      const size = () => testPage.natives[0]!.blobs.reduce((sum, blob) => sum + blob.size, 0);
      const enough = size() + 6_000;
      await kernel.until(() => size() > enough);
      const [bytes, blob] = [size(), new Blob(testPage.natives[0]!.blobs)];
      // Give the last transaction of the store time to finish.
      await testPage.sleep(0.5);
      return { bytes, recorded: [...new Uint8Array(await blob.arrayBuffer())] };
    });
    await bench.page.reload();
    const after = await bench.page.evaluate(async () => {
      const keeping = { notebook: "left", kernel: "one" };
      const kernel = await testPage.kernel({ keeping });
      const orphan = await kernel.letter("kept"); // unrequested
      const blob = await testPage.fetchTake(kernel, "left", orphan.parts);
      const list = (await testPage.findOrphans(kernel)).map(({ take }) => take);
      kernel.send({ kind: "forget", page: kernel.page, take: "left" });
      return { orphan, blob: [...blob], list, later: await testPage.findOrphans(kernel) };
    });
    expect(after.blob.slice(0, before.bytes)).toEqual(before.recorded);
    expect(after.orphan).toMatchObject({ take: "left", ended_by: null });
    expect(after.orphan.seconds).toBeGreaterThan(0.5);
    expect(after.orphan.settings).toHaveProperty("label");
    expect(after.list).toEqual(["left"]);
    expect(after.later).toEqual([]);
  });

  it("a kernel that dies during a take leaves the whole take to the next one", async () => {
    const result = await bench.page.evaluate(async () => {
      const source = testPage.microphone();
      const old = await testPage.kernel({ source, keeping: { notebook: "n", kernel: "old" } });
      old.command("start", "a");
      await old.letter("data", 3); // acknowledged, and lost with the kernel's memory
      old.die();
      const next = await testPage.kernel({ source, keeping: { notebook: "n", kernel: "next" } });
      const orphan = await next.letter("kept");
      const live = testPage.liveTracks();
      const blob = await testPage.fetchTake(next, "a", orphan.parts);
      const [native] = testPage.natives;
      next.command("start", "b");
      await next.letter("data");
      next.command("stop");
      await next.letter("stopped");
      return {
        orphan,
        live,
        equal: await testPage.compare(blob, native!.blobs),
        events: next.events("b"),
      };
    });
    expect(result).toMatchObject({ live: 0, equal: "equal" });
    expect(result.orphan.ended_by).toBe("kernel gone");
    expect(result.events).toEqual(["started", "dataavailable", "stopped"]);
  });

  it("stores data faster than any sound only while it is not acknowledged", async () => {
    const result = await bench.page.evaluate(async () => {
      let written = 0;
      // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called on its store
      const put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function (value: { bytes?: ArrayBuffer }) {
        written += value.bytes?.byteLength ?? 0;
        return put.call(this, value);
      };
      const noise = crypto.getRandomValues(new Uint8Array(1 << 16));
      const data = new Blob(Array.from({ length: 32 }, () => noise));
      const flood: Blob[] = Array<Blob>(12).fill(data);
      const Native = MediaRecorder;
      globalThis.MediaRecorder = class extends Native {
        override set ondataavailable(handler: (event: BlobEvent) => void) {
          const all = [...flood];
          super.ondataavailable = () =>
            all.splice(0).forEach((data) => handler(new BlobEvent("dataavailable", { data })));
        }
      };
      const size = 12 * data.size;
      const keeping = { notebook: "flood", kernel: "one" };
      const options = { source: testPage.microphone(), keeping, decode: false };
      const ready = await testPage.kernel(options);
      ready.command("start", "a");
      await ready.until(() => ready.blob("a").length === size);
      ready.command("stop");
      await ready.letter("stopped");
      const inTime = written / size;
      const busy = await testPage.kernel(options);
      await busy.letter("tried");
      await busy.done(busy.command("start", "b"));
      busy.busy = true;
      while (written < (1 + inTime) * size) {
        await testPage.sleep(0.05);
      }
      busy.die();
      const next = await testPage.kernel({ ...options, keeping: { ...keeping, kernel: "next" } });
      const { parts } = await next.letter("kept");
      const bytes = await testPage.fetchTake(next, "b", parts);
      return { inTime, kept: await testPage.compare(bytes, flood) };
    });
    expect(result.inTime).toBeLessThan(0.5);
    expect(result.kept).toBe("equal");
  });

  it("a page that Python has given up keeps its take, and offers it under its new id", async () => {
    const result = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel({ source: testPage.microphone() });
      kernel.command("start", "a");
      await kernel.letter("data");
      kernel.send({ kind: "lost", page: kernel.page });
      await kernel.until(() => kernel.sent.some(({ kind }) => kind === "kept"));
      const orphan = kernel.sent.find((message) => message.kind === "kept")!;
      return { orphan, live: testPage.liveTracks(), started: kernel.events("a") };
    });
    expect(result).toMatchObject({ orphan: { take: "a", ended_by: "kernel gone" }, live: 0 });
    expect(result.started).toEqual(["started"]);
  });

  it("a take that Python has is deleted, and a take in progress is not offered", async () => {
    const result = await bench.page.evaluate(async () => {
      const keeping = { notebook: "shared", kernel: "one" };
      const source = testPage.microphone();
      const kernel = await testPage.kernel({ source, keeping });
      kernel.command("start", "a");
      await kernel.letter("data");
      const other = await testPage.kernel({ source, keeping });
      const during = await testPage.findOrphans(other);
      kernel.command("stop");
      await kernel.letter("stopped");
      return { during, after: await testPage.findOrphans(other), events: kernel.events("a") };
    });
    expect(result).toEqual({
      during: [],
      after: [],
      events: ["started", "dataavailable", "stopped"],
    });
  });

  it("takes are offered to their owner only, and to another notebook only on request", async () => {
    const result = await bench.page.evaluate(async () => {
      const connect = async (keeping: object) => {
        const kernel = await testPage.kernel({ keeping });
        await kernel.letter("tried");
        return kernel;
      };
      const dying = await testPage.kernel({
        source: testPage.microphone(),
        keeping: { person: "me", notebook: "mine", kernel: "old" },
      });
      dying.command("start", "a");
      await dying.letter("data");
      dying.die();
      const next = await connect({ person: "me", notebook: "mine", kernel: "next" });
      await next.letter("kept");
      const names = (list: { take: string }[]) => list.map(({ take }) => take);
      const elsewhere = await connect({ person: "me", notebook: "another", kernel: "third" });
      const stranger = await connect({ person: "you", notebook: "mine", kernel: "fourth" });
      stranger.send({ kind: "fetch", page: stranger.page, take: "a", first: 0, most: 1_000 });
      const refused = await stranger.letter("stretch");
      stranger.send({ kind: "forget", page: stranger.page, take: "a" });
      return {
        elsewhere: names(await testPage.findOrphans(elsewhere)),
        anywhere: names(await testPage.findOrphans(elsewhere, true)),
        stranger: names(await testPage.findOrphans(stranger, true)),
        refused: [refused.first, refused.next, refused.bytes!.length],
        still: names(await testPage.findOrphans(next)),
      };
    });
    expect(result).toEqual({
      elsewhere: [],
      anywhere: ["a"],
      stranger: [],
      refused: [0, 0, 0],
      still: ["a"],
    });
  });

  it("with a journal, acknowledged parts are deleted, except the header", async () => {
    const result = await bench.page.evaluate(async () => {
      const keeping = { notebook: "with a journal", journal: true };
      const source = testPage.microphone();
      const old = await testPage.kernel({ source, keeping: { ...keeping, kernel: "old" } });
      old.command("start", "a");
      await old.letter("data", 6);
      old.busy = true;
      const arrived = old.letters.filter(({ kind }) => kind === "data").length;
      const recorded = () => testPage.natives[0]!.blobs.filter(({ size }) => size > 0).length;
      await old.until(() => recorded() > arrived + 2);
      old.die();
      const next = await testPage.kernel({ source, keeping: { ...keeping, kernel: "next" } });
      const { parts } = await next.letter("kept");
      const stretches = [];
      for (const first of [0, 1]) {
        next.send({ kind: "fetch", page: next.page, take: "a", first, most: 1_000 });
        const { first: begin, next: end } = await next.letter("stretch", first + 1);
        stretches.push([begin, end]);
      }
      return { arrived, parts, stretches };
    });
    const [header, rest] = result.stretches;
    expect(header).toEqual([0, 1]);
    expect(rest![0]).toBeGreaterThanOrEqual(result.arrived - 1); // the last may be unacknowledged
    expect(rest![1]).toBe(result.parts);
  });

  it("a deleted store is created again for the next take", async () => {
    await bench.page.evaluate(async () => {
      const keeping = { notebook: "deleted", kernel: "one" };
      const kernel = await testPage.kernel({ source: testPage.microphone(), keeping });
      kernel.command("start", "before");
      await kernel.letter("data");
      kernel.command("stop");
      await kernel.letter("stopped");
      await new Promise((resolve) => {
        indexedDB.deleteDatabase("mediarecorder").onsuccess = resolve;
      });
      kernel.command("start", "after");
      await kernel.until(() => kernel.blob("after").length > 0);
      await testPage.sleep(0.5);
    });
    await bench.page.reload();
    const take = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel({ keeping: { notebook: "deleted", kernel: "two" } });
      return (await kernel.letter("kept")).take; // unrequested
    });
    expect(take).toBe("after");
  });

  it("a full store costs only the backup", async () => {
    const result = await bench.page.evaluate(async () => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException("No more room.", "QuotaExceededError");
      };
      const kernel = await testPage.kernel({ source: testPage.microphone() });
      kernel.command("start", "a");
      await kernel.letter("data", 3);
      kernel.command("stop");
      await kernel.letter("stopped");
      return testPage.compare(kernel.blob("a"), testPage.natives[0]!.blobs);
    });
    expect(result).toBe("equal");
  });

  it("a full memory ends the recording, and its data is kept", async () => {
    const result = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel({ source: testPage.microphone() });
      kernel.command("start", "a");
      await kernel.letter("data");
      type Recorders = Map<string, { recorder: object }>;
      const page = globalThis as unknown as Record<symbol, { recorders: Recorders }>;
      const { recorders } = page[Symbol.for("mediarecorder.page/1")]!;
      const [{ recorder }] = [...recorders.values()] as [{ recorder: object }];
      Object.defineProperty(recorder, "pendingBytes", { value: 2 ** 30 });
      const { ended_by } = await kernel.letter("stopped");
      const equal = await testPage.compare(kernel.blob("a"), testPage.natives[0]!.blobs);
      return { ended_by, equal, live: testPage.liveTracks() };
    });
    expect(result).toEqual({ ended_by: "memory full", equal: "equal", live: 0 });
  });
});

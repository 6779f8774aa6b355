// A kernel that sends random messages, in real browsers: nothing is thrown, no microphone is opened
// without a start(), and the recording arrives. Text that looks like markup stays text.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { deflateSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import golden from "../../data/messages.json";
import { BROWSERS, useBrowser } from "../harness/browsers";
import type { TestPage } from "../pages/recorder";

declare const testPage: TestPage;
declare const hostile: {
  /** Send `count` invalid messages; a seed always yields the same ones. */
  flood: (kernel: TestPage["models"][0]["kernel"], count: number, seed: number) => void;
  /** The messages of uncaught errors and rejections. */
  uncaught: string[];
};

const MARKUP = "<img src=x onerror=\"document.title='broken'\"><b>b</b>";

/** Define `hostile`, in the page. */
function prepare(messages: Record<string, unknown>[]): void {
  const uncaught: string[] = [];
  addEventListener("error", ({ message }) => uncaught.push(message));
  addEventListener("unhandledrejection", ({ reason }) => uncaught.push(String(reason)));

  function generator(seed: number) {
    let state = seed;
    const below = (most: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return state % most;
    };
    const pick = <T>(of: readonly T[]): T => of[below(of.length)]!;
    const scalars = [null, true, -1, 0.5, NaN, Infinity, 1e300, 2 ** 53, "", "start", "a", []];
    const value = (depth = 0): unknown => {
      const kind = depth > 3 ? 0 : below(4);
      if (kind === 1) return Array.from({ length: below(4) }, () => value(depth + 1));
      if (kind === 2) {
        const names = ["kind", "page", "op", "name", "take", "__proto__", "constructor"];
        return Object.fromEntries([1, 2, 3].map(() => [pick(names), value(depth + 1)]));
      }
      return kind === 3 ? "x".repeat(below(9_000)) : pick(scalars);
    };
    /** Values that are invalid for every field of a message. */
    const invalid = [NaN, -1e7, 1e300, "x".repeat(5_000), {}, [[]], Symbol("x"), undefined];
    const malformed = (page: string): unknown => {
      const message = { ...structuredClone(pick(messages)), page } as Record<string, unknown>;
      if (message["kind"] === "command") {
        Object.assign(message, { n: 1, previous: 0 }); // the next command in order
      }
      const name = pick(Object.keys(message));
      message[name] = pick(invalid);
      return message;
    };
    /** A well-formed message with false contents. */
    const falsehood = (page: string): unknown =>
      pick([
        { kind: "ack", page, upto: 2 ** 50, probe: 2 ** 50 },
        { kind: "ack", page, upto: 0, probe: null },
        { kind: "command", page, n: 2 ** 50, previous: 2 ** 49, op: "start", take: "x" },
        { kind: "command", page, n: 0, previous: 0, op: "start", take: "x", timeslice: null },
        { kind: "query", page, mime_type: "<b>" },
        { kind: "decode", page, take: "nobody", mime_type: "audio/webm" },
        { kind: "lost", page: "another" },
        { kind: "asset", name: "decoder", version: 1, encoding: "deflate" },
        { kind: "asset", name: "waveform", version: -1, error: "<b>" },
      ]);
    return { below, value, malformed, falsehood };
  }

  Object.assign(globalThis, {
    hostile: {
      uncaught,
      flood: (kernel: TestPage["models"][0]["kernel"], count: number, seed: number) => {
        const { below, value, malformed, falsehood } = generator(seed);
        for (let n = 0; n < count; n++) {
          const parts = Array.from({ length: below(3) }, () => new Uint8Array(below(50)).fill(n));
          const variant = below(3);
          const message =
            variant === 0 ? value() : (variant === 1 ? malformed : falsehood)(kernel.page);
          kernel.sendDirectly(message, ...parts);
        }
      },
    },
  });
}

describe.each(BROWSERS)("in %s", (name) => {
  const bench = useBrowser(name, "recorder");
  const begin = () => bench.page.evaluate(prepare, golden.kernel);

  it("only a start opens a microphone", async () => {
    await begin();
    const result = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel({ source: testPage.microphone(), decode: false });
      hostile.flood(kernel, 500, 1); // before the welcome
      await kernel.letter("tried");
      hostile.flood(kernel, 3_000, 2);
      kernel.command("stop");
      kernel.command("pause");
      kernel.command("request_data");
      await kernel.done(kernel.command("resume"));
      return {
        uncaught: hostile.uncaught,
        asked: testPage.permission.requests,
        natives: testPage.natives.length,
        heard: Math.max(...kernel.sent.map((m) => ("heard" in m ? m.heard : 0))),
      };
    });
    expect(result).toEqual({ uncaught: [], asked: 0, natives: 0, heard: 4 });
  });

  it("the recording arrives, whatever the kernel sends meanwhile", async () => {
    await begin();
    const result = await bench.page.evaluate(async () => {
      const kernel = await testPage.kernel({ source: testPage.microphone(), decode: false });
      hostile.flood(kernel, 500, 3);
      kernel.welcome(); // restores the options
      kernel.command("start", "a");
      await kernel.letter("started");
      for (let round = 1; round <= 4; round++) {
        hostile.flood(kernel, 500, 3 + round);
        await kernel.letter("data", round);
      }
      kernel.command("stop");
      await kernel.letter("stopped");
      const bytes = await testPage.compare(kernel.blob("a"), testPage.natives[0]!.blobs);
      return {
        uncaught: hostile.uncaught,
        asked: testPage.permission.requests,
        events: kernel.events("a"),
        bytes,
        live: testPage.liveTracks(),
      };
    });
    expect(result).toEqual({
      uncaught: [],
      asked: 1,
      events: ["started", "dataavailable", "stopped"],
      bytes: "equal",
      live: 0,
    });
  });

  it.each([
    ["is not a module", deflateSync("<b>this is no module")],
    ["is not deflated", Buffer.from("<b>this is no module")],
  ])("a decoder that %s is requested again, and the take is complete", async (_, code) => {
    await begin();
    const result = await bench.page.evaluate(
      async (code) => {
        const kernel = await testPage.kernel({ source: testPage.microphone() });
        await kernel.until(() => kernel.sent.some(({ kind }) => kind === "asset"));
        const answer = { kind: "asset", name: "decoder", version: 1, encoding: "deflate" };
        kernel.sendDirectly(answer, Uint8Array.from(code));
        kernel.command("start", "a");
        await kernel.letter("data");
        kernel.command("stop");
        const { decoding } = await kernel.letter("stopped");
        const { page } = kernel;
        const garbage = crypto.getRandomValues(new Uint8Array(10_000));
        kernel.send({ kind: "decode", page, take: "b", mime_type: "audio/<b>" }, garbage);
        const decoded = await kernel.letter("decoded");
        return {
          uncaught: hostile.uncaught,
          bytes: await testPage.compare(kernel.blob("a"), testPage.natives[0]!.blobs),
          decoding,
          garbage: decoded.decoding,
        };
      },
      [...code],
    );
    expect(result).toMatchObject({ uncaught: [], bytes: "equal", decoding: "done" });
    expect(result.garbage).toContain("Error");
  });

  it("text that looks like markup stays text, whatever its source", async () => {
    await begin();
    const result = await bench.page.evaluate(async (markup) => {
      const traits = { _notice: markup, state: markup, mime_type: markup };
      const model = await testPage.model({ source: testPage.microphone({}, markup) }, traits);
      model.render();
      await model.kernel.letter("tried");
      model.kernel.set("_notice", markup);
      model.kernel.command("start", "a"); // fails: no microphone has that name
      const { fault } = await model.kernel.letter("failed");
      model.kernel.set("_notice", fault.message);
      const root = model.views[0]!.shadowRoot!;
      await new Promise((resolve) => setTimeout(resolve)); // time for an image to fail
      return {
        uncaught: hostile.uncaught,
        elements:
          root.querySelectorAll("img, b").length + document.querySelectorAll("img, b").length,
        notice: root.querySelector(".notice")!.textContent,
        title: document.title,
      };
    }, MARKUP);
    expect(result).toMatchObject({ uncaught: [], elements: 0 });
    expect(result.notice).toContain(MARKUP);
    expect(result.title).not.toBe("broken");
  });
});

it("no source writes HTML", () => {
  const files = readdirSync("js", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  expect(files.length).toBeGreaterThan(20);
  const offenders = files.filter((file) =>
    /(inner|outer)HTML|insertAdjacentHTML|createContextualFragment|parseFromString|document\.write|srcdoc|\beval\(|new Function/.test(
      readFileSync(path.join("js", file), "utf8"),
    ),
  );
  expect(offenders).toEqual([]);
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { loadAsset } from "../../../js/wire/assets";
import { VERSION } from "../../../js/wire/protocol";
import {
  bytesOf,
  DEFAULT_RETRY,
  field,
  request,
  type Channel,
  type Listener,
} from "../../../js/wire/request";

/** The model of a widget, with a fake kernel. */
class FakeChannel implements Channel {
  sent: unknown[] = [];
  listeners = new Set<Listener>();

  send(content: unknown): void {
    this.sent.push(content);
  }
  on(_: "msg:custom", listener: Listener): void {
    this.listeners.add(listener);
  }
  off(_: "msg:custom", listener: Listener): void {
    this.listeners.delete(listener);
  }
  answer(content: unknown, ...buffers: Uint8Array[]): void {
    const views = buffers.map((b) => new DataView(b.buffer, b.byteOffset, b.byteLength));
    [...this.listeners].forEach((listener) => listener(content, views));
  }
}

let channel: FakeChannel;
beforeEach(() => {
  vi.useFakeTimers();
  channel = new FakeChannel();
});
afterEach(() => {
  vi.useRealTimers();
});

const readNumber = (content: unknown) => field(content, "n") as number | undefined;

describe("a request", () => {
  it("is answered by the first message that the reader accepts", async () => {
    const answer = request(channel, { kind: "q" }, readNumber);
    for (const other of [null, "n", 3, [], {}, { m: 1 }]) {
      channel.answer(other);
    }
    channel.answer({ n: 7 });
    channel.answer({ n: 8 });
    expect(await answer).toBe(7);
    expect(channel.sent).toEqual([{ kind: "q" }]);
  });

  it("is repeated with exponential backoff, and fails after its timeout", async () => {
    const answer = request(channel, {}, readNumber, { interval: 1000, timeout: 10_000 });
    const failed = expect(answer).rejects.toThrow("did not answer within 10 seconds");
    const counts: number[] = [];
    for (let second = 0; second < 12; second++) {
      await vi.advanceTimersByTimeAsync(1000);
      counts.push(channel.sent.length);
    }
    expect(counts).toEqual([2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4]);
    await failed;
  });

  it("leaves nothing behind", async () => {
    const answer = request(channel, {}, readNumber);
    channel.answer({ n: 1 });
    await answer;
    expect(channel.listeners.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends when its signal aborts", async () => {
    const life = new AbortController();
    const answer = request(channel, {}, readNumber, {
      interval: 1,
      timeout: 9,
      signal: life.signal,
    });
    const ended = expect(answer).rejects.toThrow("aborted");
    life.abort();
    await ended;
    expect(channel.listeners.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("fails if its reader throws, or if the channel is closed", async () => {
    const refused = request(channel, {}, () => {
      throw new Error("no");
    });
    channel.answer({});
    await expect(refused).rejects.toThrow("no");
    channel.send = () => {
      throw new Error("closed");
    };
    await expect(request(channel, {}, readNumber)).rejects.toThrow("closed");
    expect(channel.listeners.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("bytes", () => {
  it("are those of the view, not of the buffer behind it", () => {
    const view = new DataView(Uint8Array.of(1, 2, 3, 4).buffer, 1, 2);
    expect(bytesOf(view)).toEqual(Uint8Array.of(2, 3));
    expect(bytesOf(undefined)).toBeUndefined();
  });
});

describe("an asset", () => {
  const asset = { kind: "asset", name: "waveform", version: VERSION, encoding: "deflate" };

  it("is requested once while it loads, and again after a failure", async () => {
    const first = loadAsset(channel, "waveform");
    const other = new FakeChannel();
    const shared = expect(loadAsset(other, "waveform")).rejects.toThrow("The package lacks it.");
    channel.answer({ ...asset, name: "decoder" }, Uint8Array.of(1));
    channel.answer(asset); // its bytes were lost
    channel.answer({ ...asset, error: "The package lacks it." });
    await expect(first).rejects.toThrow("could not load its waveform. The package lacks it.");
    await shared;
    expect(other.sent).toEqual([]);

    const second = loadAsset(channel, "waveform");
    expect(channel.sent).toHaveLength(2);
    channel.answer({ ...asset, version: VERSION + 1 }, Uint8Array.of(1));
    await expect(second).rejects.toThrow("reload the page");

    const third = loadAsset(channel, "waveform");
    channel.answer({ ...asset, encoding: undefined }, Uint8Array.of(1));
    await expect(third).rejects.toThrow("reload the page");
  });

  it("is requested by the next waiting channel if the first request is aborted", async () => {
    const life = new AbortController();
    const first = loadAsset(channel, "waveform", { ...DEFAULT_RETRY, signal: life.signal });
    const gone = expect(first).rejects.toThrow("could not load its waveform");
    const other = new FakeChannel();
    const second = expect(loadAsset(other, "waveform")).rejects.toThrow("The package lacks it.");
    expect(other.sent).toEqual([]);
    life.abort();
    await gone;
    await vi.waitFor(() => expect(other.sent).toHaveLength(1));
    other.answer({ ...asset, error: "The package lacks it." });
    await second;
  });

  it("fails with a sentence after its timeout", async () => {
    const loading = loadAsset(channel, "waveform", { interval: 1000, timeout: 4000 });
    const failed = expect(loading).rejects.toThrow("did not answer within 4 seconds");
    await vi.advanceTimersByTimeAsync(4000);
    await failed;
  });
});

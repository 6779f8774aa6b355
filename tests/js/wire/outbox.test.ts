import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Outbox } from "../../../js/wire/outbox";
import type { Letter } from "../../../js/wire/protocol";

const WINDOW = 32;

/** A letter with an identity. */
const letter = (n: number): Letter => ({ kind: "data", take: String(n) });
const bytes = (n: number) => new Uint8Array(n).buffer;
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

let sent: number[];
let takes: string[];
let probes: number[];
let outbox: Outbox;

beforeEach(() => {
  vi.useFakeTimers();
  [sent, takes, probes] = [[], [], []];
  outbox = new Outbox(
    (message) => {
      sent.push(message.seq);
      takes.push((message as Extract<Letter, { kind: "data" }>).take);
    },
    (id) => probes.push(id),
  );
});
afterEach(() => {
  outbox.destroy();
  vi.useRealTimers();
});

const put = (count: number, size = 1) =>
  numbers(0, count).forEach((n) => outbox.put(letter(n), bytes(size)));
const lastProbe = () => probes.at(-1)!;
/** Acknowledge every letter, as a kernel that receives all of them at once. */
const acknowledgeAll = () => {
  for (let before = -1; before !== sent.length;) {
    before = sent.length;
    outbox.acknowledge(Math.max(...sent) + 1, null);
  }
};

describe("the window", () => {
  it("holds 32 letters, in order, and moves with the acknowledgements", () => {
    put(50);
    expect(sent).toEqual(numbers(0, WINDOW));
    outbox.acknowledge(3, null);
    expect(sent).toEqual(numbers(0, WINDOW + 3));
    acknowledgeAll();
    expect(sent).toEqual(numbers(0, 50));
    expect(takes).toEqual(numbers(0, 50).map(String));
  });

  it("sends a letter at once while it has room", () => {
    put(1);
    expect(sent).toEqual([0]);
    outbox.acknowledge(1, null);
    put(1);
    expect(sent).toEqual([0, 1]);
  });

  it("counts the bytes that are not acknowledged", () => {
    put(10, 100);
    outbox.put({ kind: "tried", fault: null });
    expect(outbox.pending.recorded).toBe(1000);
    outbox.acknowledge(4, null);
    expect(outbox.pending.recorded).toBe(600);
    acknowledgeAll();
    expect(outbox.pending.recorded).toBe(0);
  });

  it("counts samples separately, since they can be decoded again", () => {
    put(2, 100);
    outbox.put({ kind: "pcm", take: "a", sample_rate: 48_000, channels: 1 }, bytes(7));
    expect(outbox.pending.samples).toBe(7);
    expect(outbox.pending.recorded).toBe(200);
  });
});

describe("a kernel that is busy", () => {
  it("is sent nothing twice, and is probed with exponential backoff", () => {
    put(50);
    vi.advanceTimersByTime(60_000);
    expect(sent).toEqual(numbers(0, WINDOW));
    // After 1, 3 and 7 seconds, then every 5 seconds.
    expect(probes.length).toBe(Math.floor((60 - 7) / 5) + 3);
    expect(new Set(probes).size).toBe(probes.length);
  });

  it("is sent nothing twice when it reads its backlog", () => {
    put(50);
    vi.advanceTimersByTime(60_000);
    // The backlog: the letters of the window, each acknowledged, then the probes.
    numbers(1, WINDOW + 1).forEach((upto) => outbox.acknowledge(upto, null));
    probes.slice().forEach((probe) => outbox.acknowledge(WINDOW, probe));
    acknowledgeAll();
    expect(sent).toEqual(numbers(0, 50));
  });

  it("is not probed once everything is acknowledged", () => {
    put(3);
    acknowledgeAll();
    vi.advanceTimersByTime(60_000);
    expect(probes).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is probed soon after a sign of life", () => {
    put(50);
    vi.advanceTimersByTime(20_000);
    outbox.acknowledge(2, null);
    const before = probes.length;
    vi.advanceTimersByTime(1_000);
    expect(probes.length).toBe(before + 1);
  });
});

describe("a letter that is lost", () => {
  it("is sent again after the answer to a probe, and only then", () => {
    put(3);
    vi.advanceTimersByTime(999);
    expect(probes).toEqual([]);
    outbox.acknowledge(1, null); // 0 arrived, 1 was lost, 2 waits behind it
    outbox.acknowledge(1, null);
    expect(sent).toEqual([0, 1, 2]);
    vi.advanceTimersByTime(1_000);
    expect(sent).toEqual([0, 1, 2]);
    outbox.acknowledge(1, lastProbe());
    expect(sent).toEqual([0, 1, 2, 1, 2]);
    outbox.acknowledge(3, null);
    expect(outbox.pending.recorded).toBe(0);
  });

  it("is sent again once per answer, even if the answer arrives twice", () => {
    put(1);
    vi.advanceTimersByTime(1_000);
    outbox.acknowledge(0, lastProbe());
    outbox.acknowledge(0, lastProbe());
    expect(sent).toEqual([0, 0]);
  });

  it("was sent before the probe, never after it", () => {
    put(1);
    vi.advanceTimersByTime(1_000);
    const [early] = probes;
    outbox.put(letter(1));
    outbox.acknowledge(0, early!);
    expect(sent).toEqual([0, 1, 0]);
  });

  it.each([1, 2, 3, 4, 5])("arrives over a wire that loses half, both ways (%i)", (seed) => {
    const arrived: number[] = [];
    let random = seed;
    const lossy = (deliver: () => void) => {
      random = (random * 48_271) % 2_147_483_647;
      if (random % 1_000 < 500) {
        deliver();
      }
    };
    let upto = 0;
    const early = new Set<number>(); // letters that arrived out of order
    const replies: (() => void)[] = [];
    const answer = (probe: number | null) => {
      const now = upto;
      replies.push(() => lossy(() => outbox.acknowledge(now, probe)));
    };
    outbox = new Outbox(
      ({ seq }) =>
        lossy(() => {
          early.add(seq);
          for (; early.has(upto); upto += 1) {
            arrived.push(upto);
          }
          answer(null);
        }),
      (id) => lossy(() => answer(id)),
    );
    put(40);
    for (let second = 0; second < 600 && outbox.pending.recorded > 0; second++) {
      vi.advanceTimersByTime(1_000);
      replies.splice(0).forEach((reply) => reply());
    }
    expect(arrived).toEqual(numbers(0, 40));
    expect(outbox.pending.recorded).toBe(0);
  });
});

describe("an acknowledgement", () => {
  it("that arrives twice, or late, changes nothing", () => {
    put(12);
    outbox.acknowledge(5, null);
    const before = sent.slice();
    [5, 5, 3, 0].forEach((upto) => outbox.acknowledge(upto, null));
    expect(sent).toEqual(before);
    expect(outbox.pending.recorded).toBe(7);
  });

  it.each([
    ["negative", -3],
    ["huge", 2 ** 60],
    ["of letters that were not sent yet", WINDOW + 1],
    ["infinite", Infinity],
    ["not a number", NaN],
    ["between two", 2.5],
    ["text", "3" as unknown as number],
    ["nothing", undefined as unknown as number],
    ["null", null as unknown as number],
    ["an object", {} as unknown as number],
  ])("that is %s loses no letter", (_, upto) => {
    put(50);
    outbox.acknowledge(upto, null);
    expect(outbox.pending.recorded).toBe(50);
    expect(sent).toEqual(numbers(0, WINDOW));
    acknowledgeAll();
    expect(takes).toEqual(numbers(0, 50).map(String));
  });

  it.each([
    ["negative", -1],
    ["huge", 2 ** 60],
    ["infinite", Infinity],
    ["not a number", NaN],
    ["of the future", 1_000],
    ["text", "1000" as unknown as number],
    ["nothing", undefined as unknown as number],
    ["an object", {} as unknown as number],
  ])("of a probe that is %s sends nothing again", (_, probe) => {
    put(50);
    vi.advanceTimersByTime(1_000);
    numbers(0, 50).forEach(() => outbox.acknowledge(0, probe));
    expect(sent).toEqual(numbers(0, WINDOW));
    // Nor does it count as a sign of life: the next probe follows at its usual time.
    vi.advanceTimersByTime(2_000);
    expect(probes.length).toBe(2);
  });
});

it("a destroyed outbox leaves nothing behind", () => {
  const arrived = vi.fn();
  outbox.put(letter(0), bytes(1), arrived);
  vi.advanceTimersByTime(1_000);
  outbox.destroy();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(60_000);
  expect(probes.length).toBe(1);
  outbox.acknowledge(1, null);
  expect(arrived).not.toHaveBeenCalled();
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Stopwatch } from "../../../js/capture/stopwatch";

describe("a stopwatch", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => void vi.useRealTimers());

  it("counts from its start and excludes pauses", () => {
    const watch = new Stopwatch();
    vi.advanceTimersByTime(5_000);
    expect(watch.seconds).toBe(0);
    watch.start();
    vi.advanceTimersByTime(1_500);
    expect(watch.seconds).toBeCloseTo(1.5, 9);
    watch.pause();
    vi.advanceTimersByTime(60_000);
    expect(watch.seconds).toBeCloseTo(1.5, 9);
    watch.start();
    vi.advanceTimersByTime(250);
    expect(watch.seconds).toBeCloseTo(1.75, 9);
  });

  it("ignores a second start and a second pause", () => {
    const watch = new Stopwatch();
    watch.start();
    vi.advanceTimersByTime(1_000);
    watch.start();
    vi.advanceTimersByTime(1_000);
    watch.pause();
    watch.pause();
    vi.advanceTimersByTime(1_000);
    watch.pause();
    expect(watch.seconds).toBeCloseTo(2, 9);
  });
});

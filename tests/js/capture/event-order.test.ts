// The order of events that Python sees, for sequences measured in real browsers.

import { describe, expect, it } from "vitest";

import { EventOrder, type NativeEvent } from "../../../js/capture/event-order";

const reported = (...natives: NativeEvent[]): NativeEvent[] => {
  const order = new EventOrder();
  return natives.flatMap((native) => order.next(native));
};

const [S, P, R, D, E, X] = ["start", "pause", "resume", "dataavailable", "error", "stop"] as const;

describe("the order of events", () => {
  it.each<[string, NativeEvent[], NativeEvent[]]>([
    ["the standard's", [S, D, D, X], [S, D, D, X]],
    ["the standard's, paused", [S, P, R, D, X], [S, P, R, D, X]],
    ["both: start, pause, resume and stop in one task", [P, R, S, D, X], [S, P, R, D, X]],
    ["Chromium: paused before the first encoded data", [P, S, R, D, X], [S, P, R, D, X]],
    ["Chromium: stopped while paused, before any data", [P, S, D, X], [S, P, D, X]],
    ["Chromium: no data, so `start` fires at the stop only", [S, D, X], [S, D, X]],
    ["Chromium: a stop without a preceding event", [X], [S, X]],
    ["Chromium: a combination of options is refused late, no data", [E, X], [S, E, X]],
    ["both: a track is added or removed", [S, D, E, D, X], [S, D, E, D, X]],
    ["both: a track is removed before the start", [E, S, D, X], [S, E, D, X]],
    ["Firefox: empty blobs around the stop", [S, D, D, D, X], [S, D, D, D, X]],
    ["Firefox: data after stop", [S, D, X, D, D], [S, D, X]],
    ["Firefox: data without a start", [D, X], [S, D, X]],
    ["Safari: an empty blob while paused", [S, P, D, R, D, X], [S, P, D, R, D, X]],
    ["two starts are one", [S, S, D, X], [S, D, X]],
    ["two stops are one", [S, D, X, X], [S, D, X]],
    ["nothing follows a stop", [S, X, E, P, R, S, D], [S, X]],
  ])("%s", (_, natives, expected) => {
    expect(reported(...natives)).toEqual(expected);
  });

  it("begins with one start and ends with one stop, for every sequence", () => {
    const all = [S, P, R, D, E, X];
    const sequences = all.flatMap((a) => all.flatMap((b) => all.flatMap((c) => [[a, b, c, X]])));
    for (const sequence of sequences) {
      const seen = reported(...sequence);
      expect([seen[0], seen.at(-1)]).toEqual([S, X]);
      expect(seen.filter((event) => event === S || event === X)).toEqual([S, X]);
      const between = sequence.slice(0, sequence.indexOf(X)).filter((event) => event !== S);
      expect(seen.slice(1, -1)).toEqual(between);
    }
  });
});

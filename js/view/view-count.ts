// How many views show a recorder; without any, a badge tells of a live microphone.

import type { Recorder } from "../recorder/recorder";

const views = new WeakMap<Recorder, number>();

export const isShown = (recorder: Recorder): boolean => (views.get(recorder) ?? 0) > 0;

/** One more view shows it; returns how to take that back. */
export function countView(recorder: Recorder): () => void {
  const add = (more: number) => {
    views.set(recorder, (views.get(recorder) ?? 0) + more);
    recorder.changed();
  };
  add(1);
  return () => add(-1);
}

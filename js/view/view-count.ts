// How many views show a recorder; without one, a badge shows a live microphone.

import type { Recorder } from "../recorder/recorder";

const views = new WeakMap<Recorder, number>();

export const isShown = (recorder: Recorder): boolean => (views.get(recorder) ?? 0) > 0;

/** Count one view more; returns how to uncount it. */
export function countView(recorder: Recorder): () => void {
  const add = (more: number) => {
    views.set(recorder, (views.get(recorder) ?? 0) + more);
    recorder.changed();
  };
  add(1);
  return () => add(-1);
}

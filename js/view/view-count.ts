// The number of views of each recorder. Without a view, a badge indicates a live microphone.

import type { Recorder } from "../recorder/recorder";

const views = new WeakMap<Recorder, number>();

export const isShown = (recorder: Recorder): boolean => (views.get(recorder) ?? 0) > 0;

/** Add a view to the count. Returns a function that removes it. */
export function countView(recorder: Recorder): () => void {
  const add = (more: number) => {
    views.set(recorder, (views.get(recorder) ?? 0) + more);
    recorder.changed();
  };
  add(1);
  return () => add(-1);
}

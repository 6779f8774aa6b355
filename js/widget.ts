// The widget's entry: the recorder lives from `initialize` on, whether it is shown or not; a
// view comes and goes with `render`, and two views are two faces of one recorder.

import type { AnyWidget } from "@anywidget/types";

import { addRecorder, recorderOf } from "./page";
import { showBadge } from "./view/badge";
import { showRecorder } from "./view/recorder";

const widget: AnyWidget = {
  initialize({ model }) {
    const removeRecorder = addRecorder(model);
    const recorder = recorderOf(model);
    const hideBadge = recorder && showBadge(recorder);
    return () => {
      hideBadge?.();
      removeRecorder();
    };
  },
  render({ model, el }) {
    const recorder = recorderOf(model);
    if (recorder === undefined) {
      el.textContent = "This recorder has lost its page: run its cell again.";
      return;
    }
    return showRecorder(recorder, el);
  },
};

export default widget;

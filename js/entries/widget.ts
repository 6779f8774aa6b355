// The widget's entry: the recorder lives from `initialize` on, whether it is shown or not; a
// view comes and goes with `render`, and two views are two faces of one recorder.

import type { AnyWidget } from "@anywidget/types";

import { sayAgain } from "../recorder/echo";
import { addRecorder, recorderOf } from "../recorder/page";
import { showBadge } from "../view/badge";
import { wordsOf } from "../view/locales";
import { showRecorder } from "../view/recorder";

const widget: AnyWidget = {
  initialize({ model }) {
    const removeRecorder = addRecorder(model, showRecorder);
    const found = recorderOf(model);
    const hideBadge = found && showBadge(found.recorder);
    const fallSilent = sayAgain(model, "takes");
    return () => {
      fallSilent();
      hideBadge?.();
      removeRecorder();
    };
  },
  render({ model, el }) {
    const found = recorderOf(model);
    if (found === undefined) {
      el.textContent = wordsOf(document).lost;
      return;
    }
    const face = found.show(el, true);
    return () => face.destroy();
  },
};

export default widget;

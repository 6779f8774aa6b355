// The recorder: it lives from `initialize` on, with or without a view. Views come and go with `render`;
// two of them show one recorder.

import type { AnyWidget } from "@anywidget/types";

import { echoTrait } from "../recorder/echo";
import { recorderOf, register } from "../recorder/page";
import { showBadge } from "../view/badge";
import { stringsFor } from "../view/locales";
import { showRecorder } from "../view/recorder";

const widget: AnyWidget = {
  initialize({ model }) {
    const unregister = register(model, showRecorder);
    const registered = recorderOf(model);
    const hideBadge = registered && showBadge(registered.recorder);
    const endEcho = echoTrait(model, "takes");
    return () => {
      endEcho();
      hideBadge?.();
      unregister();
    };
  },
  render({ model, el }) {
    const registered = recorderOf(model);
    if (registered === undefined) {
      el.textContent = stringsFor(document).lost;
      return;
    }
    const view = registered.show(el, true);
    return () => view.destroy();
  },
};

export default widget;

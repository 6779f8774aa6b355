// The recorder widget. A recorder exists from `initialize` on. Each `render` adds a view of it, and
// a recorder may have any number of views.

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

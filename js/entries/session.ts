// The view of a labelling session. The session itself is in Python; the view shows its present scene
// and sends the actions of a person.

import type { AnyWidget } from "@anywidget/types";

import { stringsFor } from "../labeling/locales";
import { SessionView } from "../labeling/session";

const session: AnyWidget = {
  render({ model, el }) {
    const view = new SessionView(model, el, stringsFor(document).session);
    return () => view.destroy();
  },
};

export default session;

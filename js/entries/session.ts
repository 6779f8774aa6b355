// The view of a labeling session. The session is in Python. The view shows its current scene, and
// sends the user's actions.

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

// The entry of a labelling session's view. The session itself is in Python; what is here shows one
// moment of it, and tells which button was pressed.

import type { AnyWidget } from "@anywidget/types";

import { wordsOf } from "../labeling/locales";
import { SessionView } from "../labeling/session";

const session: AnyWidget = {
  render({ model, el }) {
    const view = new SessionView(model, el, wordsOf(document).session);
    return () => view.destroy();
  },
};

export default session;

// The view of an annotator. The annotations are in Python. The view shows one clip, and sends the
// user's actions.

import type { AnyWidget } from "@anywidget/types";

import { AnnotatorView } from "../labeling/annotator";
import { stringsFor } from "../labeling/locales";

const annotator: AnyWidget = {
  render({ model, el }) {
    const view = new AnnotatorView(model, el, stringsFor(document).annotator);
    return () => view.destroy();
  },
};

export default annotator;

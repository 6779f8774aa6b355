// The view of an annotator. Python keeps the annotations; the view shows one clip and sends the actions
// of a person.

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

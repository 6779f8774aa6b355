// The entry of an annotator's view. What is said is kept by Python; what is here shows one clip, and
// tells what was said of it.

import type { AnyWidget } from "@anywidget/types";

import { AnnotatorView } from "../labeling/annotator";
import { wordsOf } from "../labeling/locales";

const annotator: AnyWidget = {
  render({ model, el }) {
    const view = new AnnotatorView(model, el, wordsOf(document).annotator);
    return () => view.destroy();
  },
};

export default annotator;

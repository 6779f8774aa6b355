// The entry of a take's player: a view of one recording, and nothing that outlives it.

import type { AnyWidget } from "@anywidget/types";

import type { Facts } from "./questions";
import { showTake } from "./view/take";

const take: AnyWidget<Facts> = {
  render({ model, el }) {
    return showTake(model, el);
  },
};

export default take;

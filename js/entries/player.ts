// The entry of a take's player: a view of one recording, and nothing that outlives it. It is a widget
// by itself, and what a recorder loads when its first take is there.

import type { AnyModel, AnyWidget } from "@anywidget/types";

import { english } from "../player/locales/en";
import type { Facts, Shown } from "../player/requests";
import { TakeView } from "../player/view";
import { spoken } from "../ui/locale";

/** The facts that Python learns when it decodes the take. */
const LEARNT = ["seconds", "sample_rate", "channels"] as const;

/** Show a take in `el`. */
export const open = (shown: Shown, el: HTMLElement): TakeView =>
  new TakeView(shown, el, spoken({ en: english }, document));

const take: AnyWidget<Facts> = {
  render({ model, el }) {
    const view = open(shown(model), el);
    return () => view.destroy();
  },
};

const shown = (model: AnyModel<Facts>): Shown => ({
  channel: model,
  facts: () => ({
    seconds: model.get("seconds"),
    mime_type: model.get("mime_type"),
    sample_rate: model.get("sample_rate"),
    channels: model.get("channels"),
    interrupted: model.get("interrupted"),
    span: model.get("span"),
  }),
  watch: (changed) => {
    LEARNT.forEach((trait) => model.on(`change:${trait}`, changed));
    return () => LEARNT.forEach((trait) => model.off(`change:${trait}`, changed));
  },
});

export default take;

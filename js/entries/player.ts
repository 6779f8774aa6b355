// The player of a take. It is a widget of its own, and the asset `take`, which a recorder loads for
// its first take.

import type { AnyModel, AnyWidget } from "@anywidget/types";

import { english } from "../player/locales/en";
import type { PlayableTake, TakeInfo } from "../player/requests";
import { PlayerView } from "../player/view";
import { tableFor } from "../ui/locale";

/** The traits that Python sets when it has decoded the take. */
const DECODED = ["seconds", "sample_rate", "channels"] as const;

/** Show a take in `el`. */
export const open = (take: PlayableTake, el: HTMLElement): PlayerView =>
  new PlayerView(take, el, tableFor({ en: english }, document));

const widget: AnyWidget<TakeInfo> = {
  render({ model, el }) {
    const view = open(takeOf(model), el);
    return () => view.destroy();
  },
};

const takeOf = (model: AnyModel<TakeInfo>): PlayableTake => ({
  channel: model,
  info: () => ({
    seconds: model.get("seconds"),
    mime_type: model.get("mime_type"),
    sample_rate: model.get("sample_rate"),
    channels: model.get("channels"),
    interrupted: model.get("interrupted"),
    span: model.get("span"),
  }),
  watch: (onChange) => {
    DECODED.forEach((trait) => model.on(`change:${trait}`, onChange));
    return () => DECODED.forEach((trait) => model.off(`change:${trait}`, onChange));
  },
});

export default widget;

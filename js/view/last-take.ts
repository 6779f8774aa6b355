// The recorder's last take, shown in a player. The trait `_shown` has the take's properties; the
// player sends its requests as messages of the recorder's model.

import type { AnyModel } from "@anywidget/types";

import { channelForTake, type PlayableTake, type TakeInfo } from "../player/requests";
import type { PlayerModule, PlayerView } from "../player/view";
import { element } from "../ui/dom";
import { loadAsset } from "../wire/assets";
import { DEFAULT_RETRY, textField } from "../wire/request";
import { isLive, type ViewPhase } from "./controls";

export class LastTake {
  readonly element = element("div", "done");

  #view: PlayerView | null = null;
  #id = "";
  #previous = ""; // the last take before the current recording
  #life = new AbortController();

  constructor(readonly model: AnyModel) {}

  /** The player of the take, if one is shown. */
  get player(): PlayerView | null {
    return this.#view;
  }

  draw(phase: ViewPhase): void {
    const id = idOf(this.model);
    if (isLive(phase)) {
      this.#previous = id;
    }
    const wanted = isLive(phase) || id === this.#previous ? "" : id;
    if (wanted !== this.#id && phase !== "waiting") {
      this.destroy();
      this.#id = wanted;
      if (wanted !== "") {
        void this.#show(wanted, (this.#life = new AbortController()).signal);
      }
    }
  }

  destroy(): void {
    this.#life.abort();
    this.#view?.destroy();
    this.#view = null;
    this.element.replaceChildren();
  }

  /** Load and show the player. If the kernel does not reply, none is shown until the next take. */
  async #show(id: string, signal: AbortSignal): Promise<void> {
    const retry = { ...DEFAULT_RETRY, signal };
    const player = await loadAsset<PlayerModule>(this.model, "take", retry).catch(() => null);
    if (player !== null && !signal.aborted) {
      const host = element("div", "");
      this.element.append(host);
      this.#view = player.open(takeOf(this.model, id), host);
    }
  }
}

const idOf = (model: AnyModel): string => textField(model.get("_shown"), "id") ?? "";

/** The take `id` of a recorder. */
const takeOf = (model: AnyModel, id: string): PlayableTake => ({
  channel: channelForTake(model, id),
  info: () => model.get("_shown") as TakeInfo,
  watch: (onChange) => {
    const listener = () => idOf(model) === id && onChange();
    model.on("change:_shown", listener);
    return () => model.off("change:_shown", listener);
  },
});

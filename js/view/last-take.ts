// The recorder's last take, shown by the player that every take has. Python says in a trait what the
// page may know of it, and answers the player's questions over the recorder's own messages.

import type { AnyModel } from "@anywidget/types";

import { aboutTake, type Facts, type Shown } from "../player/requests";
import type { PlayerModule, TakeView } from "../player/view";
import { element } from "../ui/dom";
import { loadAsset } from "../wire/assets";
import { field, USUAL } from "../wire/request";
import { isLive, type Face } from "./controls";

export class Done {
  readonly element = element("div", "done");

  #view: TakeView | null = null;
  #id = "";
  #old = ""; // the take before the one that is recorded now
  #life = new AbortController();

  constructor(readonly model: AnyModel) {}

  /** Its player, if one is shown. */
  get player(): TakeView | null {
    return this.#view;
  }

  draw(face: Face): void {
    const id = idOf(this.model);
    if (isLive(face)) {
      this.#old = id;
    }
    const wanted = isLive(face) || id === this.#old ? "" : id;
    if (wanted !== this.#id && face !== "waiting") {
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

  /** Where no kernel answers there is no player; another take is another try. */
  async #show(id: string, signal: AbortSignal): Promise<void> {
    const until = { ...USUAL, until: signal };
    const loading = loadAsset<PlayerModule>(this.model, "take", until).catch(() => null);
    const player = await loading;
    if (player !== null && !signal.aborted) {
      const host = element("div", "");
      this.element.append(host);
      this.#view = player.open(shown(this.model, id), host);
    }
  }
}

const idOf = (model: AnyModel): string => String(field(model.get("_shown"), "id") ?? "");

/** The take `id` of a recorder. */
const shown = (model: AnyModel, id: string): Shown => ({
  channel: aboutTake(model, id),
  facts: () => model.get("_shown") as Facts,
  watch: (changed) => {
    const hear = () => idOf(model) === id && changed();
    model.on("change:_shown", hear);
    return () => model.off("change:_shown", hear);
  },
});

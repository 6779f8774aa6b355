// Parts of a sound, marked on its picture: dragged, moved and resized. Loaded on first need.

import RegionsPlugin, { type Region } from "wavesurfer.js/plugins/regions";

import type { Picture } from "../player/waveform";

export type Regions = { mark: typeof mark };

/** From and to in seconds, and what it is. */
export type Part = [start: number, end: number, label: string];

/** What a person does with the parts. */
export type Hand = {
  /** A part was made, moved or resized. */
  changed: () => void;
  /** One was pressed, or made. */
  selected: (index: number) => void;
};

export type Marks = {
  readonly parts: Part[];
  /** Show these, one of them selected; -1 for none. */
  show(parts: Part[], selected: number): void;
};

/** Shorter is a slip of the hand. */
const SHORTEST = 0.01;

/** Let parts be marked on `picture`; a dragged one has no label yet. */
export function mark(
  picture: Picture,
  colors: { part: string; selected: string },
  hand: Hand,
): Marks {
  const plugin = RegionsPlugin.create();
  picture.add(plugin);
  plugin.enableDragSelection({ color: colors.part });
  let quiet = false; // what follows was done by us
  const labels = new WeakMap<Region, string>();
  const sorted = () => plugin.getRegions().sort((a, b) => a.start - b.start || a.end - b.end);
  const tell = (region: Region) => {
    if (quiet) {
      return;
    }
    if (region.end - region.start < SHORTEST) {
      return region.remove();
    }
    hand.changed();
    hand.selected(sorted().indexOf(region));
  };
  plugin.on("region-created", tell);
  plugin.on("region-updated", tell);
  plugin.on("region-clicked", (region, event) => {
    event.stopPropagation(); // no seeking
    hand.selected(sorted().indexOf(region));
  });
  return {
    get parts(): Part[] {
      return sorted().map((region) => [region.start, region.end, labels.get(region) ?? ""]);
    },
    show(parts, selected) {
      quiet = true;
      plugin.clearRegions();
      parts.forEach(([start, end, label], index) => {
        const content = document.createElement("span");
        content.textContent = label;
        const color = index === selected ? colors.selected : colors.part;
        labels.set(plugin.addRegion({ start, end, color, content }), label);
      });
      quiet = false;
    },
  };
}

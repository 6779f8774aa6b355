// Labelled regions on a waveform, which the user draws, moves and resizes.

import RegionsPlugin, { type Region } from "wavesurfer.js/plugins/regions";

import type { Waveform } from "../player/waveform";

/** A region: its start and end in seconds, and its label. */
export type LabelledRegion = [start: number, end: number, label: string];

/** Callbacks for the user's edits. */
export type RegionListener = {
  /** A region was drawn, moved or resized. */
  onChange: () => void;
  /** A region was clicked, drawn, moved or resized. */
  onSelect: (index: number) => void;
};

export type RegionEditor = {
  readonly regions: LabelledRegion[];
  /** Show `regions`; `selected` is the index of the selected one, or -1. */
  show(regions: LabelledRegion[], selected: number): void;
};

/** In seconds. A shorter region was drawn by mistake, and is removed. */
const MIN_SECONDS = 0.01;

/** Let the user edit regions on `waveform`. A new region has an empty label. */
export function editRegions(
  waveform: Waveform,
  colors: { region: string; selected: string },
  listener: RegionListener,
): RegionEditor {
  const plugin = RegionsPlugin.create();
  waveform.add(plugin);
  plugin.enableDragSelection({ color: colors.region });
  let isShowing = false; // while true, events come from show(), not from the user
  const labels = new WeakMap<Region, string>();
  const sorted = () => plugin.getRegions().sort((a, b) => a.start - b.start || a.end - b.end);
  const onEdit = (region: Region): void => {
    if (isShowing) {
      return;
    }
    if (region.end - region.start < MIN_SECONDS) {
      return region.remove();
    }
    listener.onChange();
    listener.onSelect(sorted().indexOf(region));
  };
  plugin.on("region-created", onEdit);
  plugin.on("region-updated", onEdit);
  plugin.on("region-clicked", (region, event) => {
    event.stopPropagation(); // a click on a region does not seek
    listener.onSelect(sorted().indexOf(region));
  });
  return {
    get regions(): LabelledRegion[] {
      return sorted().map((region) => [region.start, region.end, labels.get(region) ?? ""]);
    },
    show(regions, selected) {
      isShowing = true;
      plugin.clearRegions();
      regions.forEach(([start, end, label], index) => {
        const content = document.createElement("span");
        content.textContent = label;
        const color = index === selected ? colors.selected : colors.region;
        labels.set(plugin.addRegion({ start, end, color, content }), label);
      });
      isShowing = false;
    },
  };
}

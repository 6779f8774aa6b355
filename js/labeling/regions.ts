// Labelled regions of a sound, on its waveform: dragged, moved and resized.

import RegionsPlugin, { type Region } from "wavesurfer.js/plugins/regions";

import type { Waveform } from "../player/waveform";

/** A region: from and to in seconds, and its label. */
export type LabelledRegion = [start: number, end: number, label: string];

/** What a person does with the regions. */
export type RegionListener = {
  /** One was made, moved or resized. */
  onChange: () => void;
  /** One was pressed, or made. */
  onSelect: (index: number) => void;
};

export type RegionEditor = {
  readonly regions: LabelledRegion[];
  /** Show these, one of them selected; -1 for none. */
  show(regions: LabelledRegion[], selected: number): void;
};

/** A shorter one, in seconds, was dragged by mistake. */
const MIN_SECONDS = 0.01;

/** Let a person edit regions on `waveform`; a dragged one has no label yet. */
export function editRegions(
  waveform: Waveform,
  colors: { region: string; selected: string },
  listener: RegionListener,
): RegionEditor {
  const plugin = RegionsPlugin.create();
  waveform.add(plugin);
  plugin.enableDragSelection({ color: colors.region });
  let isShowing = false; // the events are our own
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
    event.stopPropagation(); // no seeking
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

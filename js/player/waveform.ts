// The waveform of a take, drawn by wavesurfer.js.

import WaveSurfer from "wavesurfer.js";

type Plugin = Parameters<WaveSurfer["registerPlugin"]>[0];

export type Waveform = {
  /** Resolves when the waveform is drawn; a plugin has to wait for it. */
  drawn: Promise<void>;
  /** Show the playback position, in seconds. */
  progress(seconds: number): void;
  /** Add a plugin of wavesurfer.js. */
  add(plugin: Plugin): void;
  destroy(): void;
};

export type Colors = { wave: string; played: string };

/** Draw `peaks`, each in [0, 1], over the whole of `container`. */
export function draw(
  container: HTMLElement,
  peaks: Float32Array,
  seconds: number,
  colors: Colors,
): Waveform {
  const surfer = WaveSurfer.create({
    container,
    peaks: [peaks],
    duration: seconds,
    height: "auto",
    waveColor: colors.wave,
    progressColor: colors.played,
    cursorColor: colors.played,
    cursorWidth: 1,
    barWidth: 2,
    barGap: 1,
    barRadius: 2,
    barMinHeight: 1,
    barHeight: 0.95,
    interact: false,
    hideScrollbar: true,
  });
  return {
    drawn: new Promise((resolve) => surfer.once("ready", () => resolve())),
    progress: (at) => surfer.setTime(at),
    add: (plugin) => void surfer.registerPlugin(plugin),
    destroy: () => surfer.destroy(),
  };
}

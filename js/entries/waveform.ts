// The waveform of a take: loaded by its player.

export * from "../player/waveform";

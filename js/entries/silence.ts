// The silence detector: loaded where the options name stop_on_silence.

export * from "../capture/silence-detector";

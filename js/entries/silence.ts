// The silence detector: loaded if the options set stop_on_silence.

export * from "../capture/silence-detector";

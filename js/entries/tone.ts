// Tones: loaded where the options name them as the source.

export * from "../sources/tone";

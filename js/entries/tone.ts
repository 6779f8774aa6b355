// The tones: loaded if they are the source in the options.

export * from "../sources/tone";

// The regions of a clip: loaded by an annotator.

export * from "../labeling/regions";

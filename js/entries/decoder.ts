// The decoder: loaded by a page whose kernel has none.

export { decodeWhole } from "../decoding/blob";
export { decode } from "../decoding/decode";

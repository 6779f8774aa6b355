// The decoder: loaded by a page whose kernel has none.

export { decodeBlob } from "../decoding/blob";
export { decode } from "../decoding/decode";

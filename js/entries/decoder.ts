// The decoder: loaded where the kernel has none.

export { decodeBlob } from "../decoding/blob";
export { decode } from "../decoding/decode";

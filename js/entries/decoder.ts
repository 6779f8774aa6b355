// The decoder: loaded if the kernel has none.

export { decodeBlob } from "../decoding/blob";
export { decode } from "../decoding/decode";

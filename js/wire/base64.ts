/** Encode bytes as base64, for hosts that lose the buffers of messages. */
export function base64(buffer: ArrayBuffer): string {
  const bytes = new Uint8Array(buffer);
  let text = "";
  for (let start = 0; start < bytes.length; start += MAX_ARGUMENTS) {
    text += String.fromCharCode(...bytes.subarray(start, start + MAX_ARGUMENTS));
  }
  return btoa(text);
}

/** Engines limit the number of arguments of a call. */
const MAX_ARGUMENTS = 1 << 14;

/** Decode base64; throws an InvalidCharacterError if `text` is something else. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0));
}

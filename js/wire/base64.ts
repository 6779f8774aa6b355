/** Bytes as text, for hosts that lose buffers. */
export function base64(buffer: ArrayBuffer): string {
  const bytes = new Uint8Array(buffer);
  let text = "";
  for (let start = 0; start < bytes.length; start += MOST_ARGUMENTS) {
    text += String.fromCharCode(...bytes.subarray(start, start + MOST_ARGUMENTS));
  }
  return btoa(text);
}

const MOST_ARGUMENTS = 1 << 14;

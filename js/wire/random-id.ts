/** A random id of 32 hexadecimal digits. */
export function randomId(): string {
  // Not crypto.randomUUID() (bug: insecure pages lack randomUUID and microphones).
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

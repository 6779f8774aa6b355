/** The message for a browser that cannot load the widget. */
export const TOO_OLD =
  "This browser is too old for mediarecorder: it has no DecompressionStream. " +
  "Update it; Safari has it from version 16.4 on.";

/** Inflate bytes in zlib's format (RFC 1950), which the Compression standard calls "deflate". */
export async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Blob> {
  if (!("DecompressionStream" in globalThis)) {
    throw new Error(TOO_OLD);
  }
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(inflated).blob();
}

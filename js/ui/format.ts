// Texts with values filled in.

/** `text` with its braces filled. */
export const fill = (text: string, ...values: (string | number)[]): string =>
  text.replace(/\{(\d)\}/g, (brace, n: string) => String(values[Number(n)] ?? brace));

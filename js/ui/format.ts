// Placeholders in texts.

/** Replace the placeholders {0}, {1}, … of `text` by `values`. */
export const fill = (text: string, ...values: (string | number)[]): string =>
  text.replace(/\{(\d)\}/g, (placeholder, n: string) => String(values[Number(n)] ?? placeholder));

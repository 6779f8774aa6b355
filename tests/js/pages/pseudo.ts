// A language that is none: every text has accents, is longer, and stands between marks, so that what
// comes from no table can be told from what does, and what is cut off is seen.

const ACCENTED: Record<string, string> = {
  a: "á",
  e: "ë",
  i: "ï",
  o: "ö",
  u: "ü",
  c: "ç",
  n: "ñ",
  s: "š",
};

const translated = (text: string): string => {
  const accented = text.replace(/[aeioucns]/g, (letter) => ACCENTED[letter] ?? letter);
  const longer = " łöñg".repeat(Math.ceil(text.length / 12));
  return `«${accented}${longer}»`;
};

export const translate = <T>(table: T): T =>
  (typeof table === "string"
    ? translated(table)
    : Object.fromEntries(
        Object.entries(table as object).map(([key, value]) => [key, translate(value)]),
      )) as T;

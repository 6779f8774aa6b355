// A pseudolocale: each text of the tables has accents, is longer, and stands between marks. Text
// that comes from no table has no marks, and truncated text has lost its closing mark.

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

// The choice of a table of strings: in the page's language, or else in English.

/** The keys of `tables` are primary language subtags (BCP 47). */
export function tableFor<T>(
  tables: { en: T } & Record<string, T>,
  { documentElement }: Document,
): T {
  const language = documentElement.lang || navigator.language;
  return tables[language.split("-")[0]?.toLowerCase() ?? ""] ?? tables.en;
}

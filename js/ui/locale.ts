// Which table of words a view speaks: that of the page's language, if there is one.

/** By the first subtag of a language's name. */
export function spoken<T>(tables: { en: T } & Record<string, T>, { documentElement }: Document): T {
  const language = documentElement.lang || navigator.language;
  return tables[language.split("-")[0]?.toLowerCase() ?? ""] ?? tables.en;
}

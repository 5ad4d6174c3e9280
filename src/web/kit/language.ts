import { LANGUAGES, type Language } from "../../domain/email/language.ts";

/** The name of each language in that language. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: "English",
  ru: "Русский",
  zh: "中文",
};

/** The texts in every language; a missing one does not compile. */
export type Translations<Messages> = Readonly<Record<Language, Messages>>;

/**
 * Makes something for a language when it is first needed, and once: creating a format of `Intl`
 * takes a hundred times as long as using it, and all at start would be a twentieth of the memory.
 */
export function perLanguage<Made>(
  make: (language: Language) => Made,
): (language: Language) => Made {
  const made = new Map<Language, Made>();
  return (language) => {
    const known = made.get(language) ?? make(language);
    made.set(language, known);
    return known;
  };
}

/** Returns the first language of a list of tags (RFC 5646) that the pages have. */
export function pickLanguage(tags: readonly string[]): Language | undefined {
  for (const tag of tags) {
    const primary = tag.split("-")[0]!.toLowerCase();
    const found = LANGUAGES.find((language) => language === primary);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Returns the tags of an Accept-Language header, best first (RFC 9110 section 12.5.4). */
export function acceptedTags(header: string): string[] {
  const ranges = header
    .slice(0, 512)
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range.split(";").map((part) => part.trim());
      const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
      return { tag, quality: Number(quality) };
    });
  return ranges
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ tag }) => tag);
}

// The languages of the pages. It owns the choice of one for a visitor and must not know any text.

import { LANGUAGES, type Language } from "../../domain/email/language.ts";

/** How each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: "English",
  ru: "Русский",
  zh: "中文",
};

/** The same texts in every language; a text that is missing in one does not compile. */
export type Translations<Messages> = Readonly<Record<Language, Messages>>;

/** The first language of a list of tags (RFC 5646) that the pages speak. */
export function pickLanguage(tags: readonly string[]): Language | undefined {
  for (const tag of tags) {
    const primary = tag.split("-")[0]!.toLowerCase();
    const found = LANGUAGES.find((language) => language === primary);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The tags of an Accept-Language header, the best first (RFC 9110 section 12.5.4). */
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

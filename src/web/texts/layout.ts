// The texts around every page.
import type { Translations } from "../language.ts";

export const layoutTexts: Translations<{ readonly language: string }> = {
  en: { language: "Language" },
  ru: { language: "Язык" },
  zh: { language: "语言" },
};

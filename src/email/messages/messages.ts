import type { Language } from "../../domain/email/language.ts";
import { englishLetters } from "./en.ts";
import type { LetterMessages } from "./letter-messages.ts";
import { russianLetters } from "./ru.ts";
import { chineseLetters } from "./zh.ts";

/** The texts of every e-mail; a missing one does not compile. */
export const mailMessages: Readonly<Record<Language, LetterMessages>> = {
  en: englishLetters,
  ru: russianLetters,
  zh: chineseLetters,
};

/**
 * The languages of pages and e-mails; the first is used for a user who understands none of them.
 */
export const LANGUAGES = ["en", "ru", "zh"] as const;

export type Language = (typeof LANGUAGES)[number];

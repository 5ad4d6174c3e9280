// What users put around a word to make a password of it.

/** Up to this many digits and signs around a word are decoration; more are a password. */
const MAX_DECORATION = 6;

/** Match a word with one repeated sign before and behind it; the second also drops digits. */
const SIGNS = /^([^\p{L}\d\s])?\1*(?<word>.*?)([^\p{L}\d\s])?\3*$/su;
const SIGNS_AND_DIGITS =
  /^([^\p{L}\d\s])?\1*\d*(?<word>.*?)([^\p{L}\d\s])?\3*\d*([^\p{L}\d\s])?\4*$/su;

/** Returns a text without short decoration that users often put around a word, such as `2024!`. */
export const undecorated = (text: string): string[] =>
  [SIGNS, SIGNS_AND_DIGITS]
    .map((form) => form.exec(text)?.groups?.["word"] ?? text)
    .filter((word) => text.length - word.length <= MAX_DECORATION);

// Makes hidden characters visible: each becomes its number, as in `mar‹U+200B›ia`. The documented
// APIs accept names that our pages reject; shown this way, such a name can't pass for another.
import unhomoglyph from "unhomoglyph";

/** Invisible characters and those that change the direction of text; lines and tabs are allowed. */
const UNSEEN = /(?![\n\r\t])[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** In a name also blanks other than single spaces between words, and imitations of our numbers. */
const HIDDEN_IN_NAMES = /[\n\r\t\u2800]|[^\P{Zs} ]|^ +| +$|(?<= ) +|‹(?=U\+)/gu;
/** Words, and letters of scripts that look like Latin letters. */
const WORD = /[\p{L}\p{M}]+/gu;
const LIKE_LATIN =
  /[\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Armenian}\p{sc=Cherokee}\p{sc=Coptic}\p{sc=Lisu}]/gu;

/** Nearly every text; it needs no work. */
const PLAIN = /^[ -~]*$/;
/** No name is longer; the time to put marks in order grows faster than their number. */
const MAX_COMPARED = 4096;

let graphemes: Intl.Segmenter | undefined;

/** Splits a text into what users see as one character. */
function segmentsOf(text: string): Intl.Segments {
  graphemes ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return graphemes.segment(text);
}

const numbers = (text: string): string =>
  [...text]
    .map(
      (character) => `‹U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}›`,
    )
    .join("");

/** Returns the text with invisible characters, and accents that aren't in NFC, as numbers. */
export function visibleText(text: string): string {
  if (PLAIN.test(text)) return text;
  const seen = text.replaceAll(UNSEEN, numbers);
  return seen.length > MAX_COMPARED || seen === seen.normalize("NFC")
    ? seen
    : [...segmentsOf(seen)].map(({ segment }) => composed(segment)).join("");
}

/** Returns a name with invisible characters, odd blanks and imitated Latin letters as numbers. */
export const visibleName = (name: string): string =>
  visibleText(name.replaceAll(HIDDEN_IN_NAMES, numbers).replaceAll(WORD, honest));

/** Replaces what isn't in NFC in one grapheme: all but its first code point, or a single one. */
function composed(grapheme: string): string {
  if (grapheme === grapheme.normalize("NFC")) return grapheme;
  const [first = "", ...others] = grapheme;
  return others.length === 0 ? numbers(first) : first + numbers(others.join(""));
}

/** Replaces the letters of a word that look like Latin ones beside real Latin letters. */
const honest = (word: string): string =>
  /\p{Script=Latin}/u.test(word)
    ? word.replaceAll(LIKE_LATIN, (letter) => (isLikeLatin(letter) ? numbers(letter) : letter))
    : word;

const isLikeLatin = (letter: string): boolean =>
  /^\p{Script=Latin}/u.test(unhomoglyph(letter.normalize("NFD")));

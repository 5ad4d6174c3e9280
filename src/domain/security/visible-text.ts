// Makes visible what a text hides: each character that is not seen becomes its number, as in
// `mar‹U+200B›ia`. The documented APIs bring in names that no page would take; shown so, they pass
// for no other.
import unhomoglyph from "unhomoglyph";

/**
 * Not seen, or turning round what stands beside it; lines and tabs are for texts that have them.
 */
const UNSEEN = /(?![\n\r\t])[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/**
 * In a name also a blank that isn't one single space between words, and what only looks like a
 * number of ours.
 */
const HIDDEN_IN_NAMES = /[\n\r\t\u2800]|[^\P{Zs} ]|^ +| +$|(?<= ) +|‹(?=U\+)/gu;
/**
 * Words of letters, some of them Latin, and letters of scripts whose letters look like Latin ones.
 */
const WORD = /[\p{L}\p{M}]+/gu;
const LIKE_LATIN =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/gu;

/** Nearly every text. */
const PLAIN = /^[ -~]*$/;
/** No name is longer, and putting marks in order takes more than their number. */
const MAX_COMPARED = 4096;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

const numbers = (text: string): string =>
  [...text]
    .map(
      (character) => `‹U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}›`,
    )
    .join("");

/**
 * The text with everything in it that is not seen, and every accent that is not where NFC has it,
 * as numbers.
 */
export function visibleText(text: string): string {
  if (PLAIN.test(text)) return text;
  const seen = text.replaceAll(UNSEEN, numbers);
  return seen.length > MAX_COMPARED || seen === seen.normalize("NFC")
    ? seen
    : [...graphemes.segment(seen)].map(({ segment }) => composed(segment)).join("");
}

/**
 * The same for a name: also blanks that look like others or like nothing, and letters that pretend
 * to be Latin ones.
 */
export const visibleName = (name: string): string =>
  visibleText(name.replaceAll(HIDDEN_IN_NAMES, numbers).replaceAll(WORD, honest));

/**
 * What of one character is not as in its NFC: all but its first part, or the whole of a single one.
 */
function composed(grapheme: string): string {
  if (grapheme === grapheme.normalize("NFC")) return grapheme;
  const [first = "", ...others] = grapheme;
  return others.length === 0 ? numbers(first) : first + numbers(others.join(""));
}

/** A word of two scripts with the letters told that look like Latin ones and are not. */
const honest = (word: string): string =>
  /\p{Script=Latin}/u.test(word)
    ? word.replaceAll(LIKE_LATIN, (letter) => (isLikeLatin(letter) ? numbers(letter) : letter))
    : word;

const isLikeLatin = (letter: string): boolean =>
  /^\p{Script=Latin}/u.test(unhomoglyph(letter.normalize("NFD")));

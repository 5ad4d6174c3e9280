// Which passwords are guessed first: common ones, runs, repeats and rows of keys, each with a
// little decoration. It owns how that is judged and must not know whose password it is.
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";

/** From here on the length is enough, whatever the characters are: ASVS 6.2.5 and 6.2.9. */
const LONG_CHARACTERS = 64;
/**
 * The judge looks at so many code units of either end, since its time grows with the square of the
 * length.
 */
const WINDOW = 20;
/** Fewer guesses than this find a text that is made of known patterns and nothing else. */
const FEW_GUESSES = 1_000_000;
/** Fewer guesses than this find a text that is one known pattern and one sign more. */
const VERY_FEW_GUESSES = 15_000;
/**
 * So many digits and signs around a word are decoration; more of them are a password of their own.
 */
const MAX_DECORATION = 6;
const MIN_WORD = 4;

/**
 * What the list of the package lacks: words that Russian and Chinese users take first, the latter
 * in pinyin.
 */
const WORDS =
  `пароль любовь привет йцукен наташа марина люблю любимая любимый солнышко солнце котенок котёнок зайка зайчик
  россия москва спартак зенит динамо максим андрей сергей алексей александр дмитрий екатерина анастасия настя светлана
  виктория мамочка мама папа счастье красота весна лето осень зима январь февраль март апрель май июнь июль август сентябрь
  октябрь ноябрь декабрь администратор пользователь добро пожаловать секрет тест кукуруза машина дракон футбол
  parol lubov lyubov privet lubimaya solnce solnyshko rossiya spartak
  woaini wo ai ni woaiwojia woaimama woaiziji nihao mima zhongguo beijing shanghai 5201314 1314520 520520 1314 520`.split(
    /\s+/,
  );

/** The letters of a Russian keyboard, and those of an English one on the same keys. */
const RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё";
const ENGLISH_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";

/** The passwords that are tried first, most of them from breaches, in lower case. */
const COMMON: ReadonlySet<string> = new Set(dictionary["passwords-common"]);

let made: ZxcvbnFactory | undefined;

/**
 * Made before the first password comes, if there is time: its dictionaries take a good part of a
 * tenth of a second.
 */
export const judge = (): ZxcvbnFactory =>
  (made ??= new ZxcvbnFactory({
    dictionary: { common: dictionary["passwords-common"], words: WORDS },
    graphs: adjacencyGraphs,
    maxLength: WINDOW,
    l33tMaxSubstitutions: 8,
  }));

/** Whether a password is among those that are tried first. The caller has looked at its length. */
export function isGuessable(password: string): boolean {
  const text = password.normalize("NFKC").toLowerCase();
  if (text.trim() === "" || COMMON.has(text)) return true;
  const characters = [...text].length;
  // No keyboard has a row of these, and there are thousands of each: no list of guesses holds their
  // repeats.
  if (characters >= LONG_CHARACTERS || /[\p{Script=Han}\p{Extended_Pictographic}]/u.test(text))
    return false;
  return [text, onEnglishKeys(text)].some((each) => isPattern(each) || isDecorated(each));
}

/**
 * A text without one sign before and behind it, again and again; and without digits inside those.
 */
const SIGNS = /^([^\p{L}\d\s])?\1*(?<word>.*?)([^\p{L}\d\s])?\3*$/su;
const SIGNS_AND_DIGITS =
  /^([^\p{L}\d\s])?\1*\d*(?<word>.*?)([^\p{L}\d\s])?\3*\d*([^\p{L}\d\s])?\4*$/su;

/**
 * What is left of a text without what is often put around a word, such as `2024!`, if that is
 * short.
 */
export const undecorated = (text: string): string[] =>
  [SIGNS, SIGNS_AND_DIGITS]
    .map((form) => form.exec(text)?.groups?.["word"] ?? text)
    .filter((word) => text.length - word.length <= MAX_DECORATION);

/**
 * The text that the same keys give on an English keyboard: a Russian row becomes a row that the
 * judge knows.
 */
const onEnglishKeys = (text: string): string =>
  text.replaceAll(
    /\p{Script=Cyrillic}/gu,
    (letter) => ENGLISH_KEYS[RUSSIAN_KEYS.indexOf(letter)] ?? letter,
  );

/** Whether both ends are easy to guess. */
const isPattern = (text: string): boolean =>
  hasFewGuesses(text.slice(0, WINDOW)) &&
  (text.length <= WINDOW || hasFewGuesses(text.slice(-WINDOW)));

function hasFewGuesses(text: string): boolean {
  return judge().check(text).guesses < VERY_FEW_GUESSES || isKnown(text);
}

/** Whether it is one word that is easy to guess, again and again or with a little around it. */
function isDecorated(text: string): boolean {
  const [first = "", ...others] = text.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== "");
  const isRepeated = others.length > 0 && others.every((each) => each === first);
  return [...(isRepeated ? [first] : []), ...undecorated(text)].some(
    (word) => word !== text && word.length >= MIN_WORD && word.length <= WINDOW && isKnown(word),
  );
}

/** Whether a word is made of known patterns and nothing else. */
function isKnown(word: string): boolean {
  const { guesses, sequence } = judge().check(word);
  return guesses < FEW_GUESSES && sequence.every(({ pattern }) => pattern !== "bruteforce");
}

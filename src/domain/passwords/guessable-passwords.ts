// Finds passwords that attackers try first: common ones, runs, repeats and rows of keys, each with
// a little decoration. Its dictionaries are 10 MiB, so it is imported when a password is chosen.
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";
import { undecorated } from "./decoration.ts";

/** From this length on, any characters are enough: ASVS 6.2.5 and 6.2.9. */
const LONG_CHARACTERS = 64;
/**
 * The estimator gets this many code units of either end, because its time grows with the square of
 * the length.
 */
const WINDOW = 20;
/** A text that consists of known patterns is guessable below this number of guesses. */
const FEW_GUESSES = 1_000_000;
/** Any text is guessable below this number of guesses: one known pattern and one more sign. */
const VERY_FEW_GUESSES = 15_000;
const MIN_WORD = 4;

/**
 * Words that Russian and Chinese users choose first, the latter in pinyin; the package lacks them.
 */
const WORDS = `
  пароль любовь привет йцукен наташа марина люблю любимая любимый солнышко солнце котенок котёнок
  зайка зайчик россия москва спартак зенит динамо максим андрей сергей алексей александр дмитрий
  екатерина анастасия настя светлана виктория мамочка мама папа счастье красота весна лето осень
  зима январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
  администратор пользователь добро пожаловать секрет тест кукуруза машина дракон футбол parol
  lubov lyubov privet lubimaya solnce solnyshko rossiya spartak woaini wo ai ni woaiwojia woaimama
  woaiziji nihao mima zhongguo beijing shanghai 5201314 1314520 520520 1314 520`
  .trim()
  .split(/\s+/);

/** The letters of a Russian keyboard, and the letters of an English one on the same keys. */
const RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё";
const ENGLISH_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";

/** The most common passwords, most of them from breaches, in lower case. */
const COMMON: ReadonlySet<string> = new Set(dictionary["passwords-common"]);

const estimator = new ZxcvbnFactory({
  dictionary: { common: dictionary["passwords-common"], words: WORDS },
  graphs: adjacencyGraphs,
  maxLength: WINDOW,
  l33tMaxSubstitutions: 8,
});

/** Returns whether attackers would try a password early. The caller has checked its length. */
export function isGuessable(password: string): boolean {
  const text = password.normalize("NFKC").toLowerCase();
  if (text.trim() === "" || COMMON.has(text)) return true;
  const characters = [...text].length;
  // No keyboard has a row of these, and there are thousands of each: guessing lists don't hold
  // their repeats.
  if (characters >= LONG_CHARACTERS || /[\p{Script=Han}\p{Extended_Pictographic}]/u.test(text))
    return false;
  // Without Cyrillic letters both are the same.
  return [...new Set([text, onEnglishKeys(text)])].some(
    (each) => isPattern(each) || isDecorated(each),
  );
}

/**
 * Returns the text that the same keys give on an English keyboard, so that the estimator recognizes
 * a row of Russian keys.
 */
const onEnglishKeys = (text: string): string =>
  text.replaceAll(
    /\p{Script=Cyrillic}/gu,
    (letter) => ENGLISH_KEYS[RUSSIAN_KEYS.indexOf(letter)] ?? letter,
  );

/** Returns whether both ends are easy to guess. */
const isPattern = (text: string): boolean =>
  hasFewGuesses(text.slice(0, WINDOW)) &&
  (text.length <= WINDOW || hasFewGuesses(text.slice(-WINDOW)));

function hasFewGuesses(text: string): boolean {
  const estimate = estimator.check(text);
  return estimate.guesses < VERY_FEW_GUESSES || hasPatternsOnly(estimate);
}

/** Returns whether it is one guessable word, repeated or with decoration around it. */
function isDecorated(text: string): boolean {
  const [first = "", ...others] = text.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== "");
  const isRepeated = others.length > 0 && others.every((each) => each === first);
  return [...(isRepeated ? [first] : []), ...undecorated(text)].some(
    (word) => word !== text && word.length >= MIN_WORD && word.length <= WINDOW && isKnown(word),
  );
}

/** Returns whether a word consists of known patterns only. */
const isKnown = (word: string): boolean => hasPatternsOnly(estimator.check(word));

const hasPatternsOnly = ({ guesses, sequence }: ReturnType<typeof estimator.check>): boolean =>
  guesses < FEW_GUESSES && sequence.every(({ pattern }) => pattern !== "bruteforce");

// Texts that make careless code work for more than their length: readers of Unicode, regular
// expressions, splitters, parsers.

/** The beginning again and again, up to so many bytes of UTF-8. */
const filled = (unit: string, bytes: number, start = "", end = ""): string =>
  start +
  unit.repeat(
    Math.max(1, Math.floor((bytes - Buffer.byteLength(start + end)) / Buffer.byteLength(unit))),
  ) +
  end;

const unit =
  (text: string, start = "", end = "") =>
  (bytes: number): string =>
    filled(text, bytes, start, end);

/** Each by its name, for so many bytes. */
export const TEXTS: Readonly<Record<string, (bytes: number) => string>> = {
  letters: unit("a"),
  // Canonical reordering takes the square of a run of marks of different classes, UAX 15.
  marks: unit("\u0345\u0315\u0300\u0323\u0327\u0334", "a@"),
  "marks of one class": unit("\u0300", "a"),
  "Hangul jamo": unit("\u1100\u1161\u11a8"),
  ligatures: unit("\ufdfa"),
  "dotted capitals": unit("\u0130"),
  emoji: unit("👩‍👩‍👧"),
  formats: unit("\u200b\u202e"),
  spaces: unit(" ", "a", "b"),
  lines: unit("\r\n", "a"),
  words: unit("a "),
  scopes: unit("profile ", "", "x"),
  digits: unit("9"),
  "digits and a letter": unit("1", "", "x"),
  exponents: unit("1e9"),
  "at signs": unit("a@"),
  dots: unit("a."),
  "labels of an address": unit("a-", "a@", "."),
  hyphens: unit("-", "a@a"),
  commas: unit("a,"),
  masks: unit("username,"),
  colons: unit("a:"),
  "an IPv6 address": unit("1:", "::"),
  semicolons: unit("; "),
  slashes: unit("/"),
  backslashes: unit("\\"),
  quotes: unit('"'),
  "open brackets": unit("(["),
  "angle brackets": unit("<&>"),
  percents: unit("%41"),
  "broken escapes": unit("%", "a"),
  ampersands: unit("a&"),
  equals: unit("a="),
  "base64 and a sign": unit("AAAA", "", "!"),
  padding: unit("A="),
  JWT: unit("eyJh.", "eyJhbGciOiJFUzI1NiJ9."),
  "an access token": unit("a", "lka_"),
  "a session's token": unit("a", "lks_"),
  "a client's secret": unit("a", "lkcs_"),
  "a PHC string": unit("$m=1", "$argon2id$v=19"),
  "a URI": unit("a/", "https://app.example/"),
  "a URI with a user": unit("a:a@", "https://"),
  "a URI with a port": unit("1", "http://127.0.0.1:"),
  languages: unit("en;q=0.1,"),
  "a time": unit("0", "2026-01-01T00:00:00.", "Z"),
  "a duration": unit("9", "", "s"),
};

/** Those that are made of visible ASCII, which is all that headers and paths can hold. */
export const ASCII_TEXTS: typeof TEXTS = Object.fromEntries(
  Object.entries(TEXTS).filter(([, make]) => /^[\x20-\x7e]*$/.test(make(64))),
);

import { deflateRawSync } from "node:zlib";

const MIN_SECRET_BYTES = 32;
/** 16 random bytes in hexadecimal nearly always have more different characters. */
const MIN_CHARACTERS = 9;
/** The deflated size of 16 random bytes in hexadecimal, with a margin. */
const MIN_UNREPEATED_BYTES = 24;
const MAX_STRIDE = 4;
const ROWS = [
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "01234567890",
  "йцукенгшщзхъ",
];
/** Runs of four characters on a keyboard or in the alphabet, forwards and backwards. */
const RUNS = new RegExp(
  ROWS.flatMap((row) => [row, [...row].reverse().join("")])
    .flatMap((row) => [...row].slice(3).map((_, at) => row.slice(at, at + 4)))
    .join("|"),
  "g",
);

/** Returns whether a text repeats itself, counts, or follows the keys of a keyboard. */
function isPatterned(text: string): boolean {
  if (new Set(text).size < MIN_CHARACTERS) return true;
  const codes = Buffer.from(text.toLowerCase().replaceAll(RUNS, "-"));
  // Differences: of a count, also of interleaved counts, they repeat.
  const steps = Array.from({ length: MAX_STRIDE }, (_, stride) =>
    codes.subarray(stride + 1).map((code, at) => code - codes[at]!),
  );
  return [codes, ...steps].some((bytes) => deflateRawSync(bytes).length < MIN_UNREPEATED_BYTES);
}

/** Returns why a text can be guessed and is no secret; undefined when it is one. */
export function weakness(secret: string): string | undefined {
  if (Buffer.byteLength(secret) < MIN_SECRET_BYTES) {
    return `needs at least ${MIN_SECRET_BYTES} bytes; make one with: openssl rand -base64 48`;
  }
  if (isPatterned(secret) || /example|changeme|change-me|secret|password/i.test(secret)) {
    return "is not random; make one with: openssl rand -base64 48";
  }
  return undefined;
}

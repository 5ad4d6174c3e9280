// Whether the server's secret is one. Every key comes from it, so a text that can be guessed must
// not start the server.
import { deflateRawSync } from "node:zlib";

const MIN_SECRET_BYTES = 32;
/** Sixteen random bytes in hexadecimal have more different characters than that, all but always. */
const MIN_CHARACTERS = 9;
/**
 * What 16 random bytes have left in hexadecimal when everything that repeats is taken out, with
 * some to spare.
 */
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
/** Runs of four on a keyboard or in the alphabet, forwards and backwards. */
const RUNS = new RegExp(
  ROWS.flatMap((row) => [row, [...row].reverse().join("")])
    .flatMap((row) => [...row].slice(3).map((_, at) => row.slice(at, at + 4)))
    .join("|"),
  "g",
);

/**
 * Whether a text repeats itself, counts, or follows the keys of a keyboard, so that it is no random
 * one.
 */
function isPatterned(text: string): boolean {
  if (new Set(text).size < MIN_CHARACTERS) return true;
  const codes = Buffer.from(text.toLowerCase().replaceAll(RUNS, "-"));
  // Steps that are always the same, also of two or more interleaved counts, become repetitions.
  const steps = Array.from({ length: MAX_STRIDE }, (_, stride) =>
    codes.subarray(stride + 1).map((code, at) => code - codes[at]!),
  );
  return [codes, ...steps].some((bytes) => deflateRawSync(bytes).length < MIN_UNREPEATED_BYTES);
}

/** Why a secret is no secret; nothing when it is one. */
export function weakness(secret: string): string | undefined {
  if (Buffer.byteLength(secret) < MIN_SECRET_BYTES) {
    return `needs at least ${MIN_SECRET_BYTES} bytes; make one with: openssl rand -base64 48`;
  }
  if (isPatterned(secret) || /example|changeme|change-me|secret|password/i.test(secret)) {
    return "is not random; make one with: openssl rand -base64 48";
  }
  return undefined;
}

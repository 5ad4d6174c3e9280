import type { Clock } from "../../clock.ts";

/** Consonants that look and sound different, so that no word comes about (RFC 8628 section 6.1). */
const LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
const LENGTH = 8;
const CODE = new RegExp(`^[${LETTERS}]{${LENGTH}}$`);
/** The largest multiple of the number of letters in a byte: others would be more frequent. */
const LIMIT = 256 - (256 % LETTERS.length);

/** Returns a new code of 34 random bits. */
export function newUserCode(clock: Clock): string {
  let code = "";
  while (code.length < LENGTH)
    for (const byte of clock.random(LENGTH))
      if (byte < LIMIT && code.length < LENGTH) code += LETTERS[byte % LETTERS.length];
  return code;
}

/**
 * Returns the code that a user has typed, as it is stored: in upper case, without hyphens and
 * blanks. Undefined if it can't be one.
 */
export function readUserCode(text: string): string | undefined {
  const code = text.replace(/[\s\p{Pd}._]/gu, "").toUpperCase();
  return CODE.test(code) ? code : undefined;
}

/** Returns a code as users see it: `BCDF-GHJK`. */
export const shownUserCode = (code: string): string =>
  `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;

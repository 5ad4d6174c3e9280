/** The alphabet of crypt(3); other than that of base64, also in its order. */
const LETTERS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Returns the value of a letter; -1 for another one. */
export const valueOf = (letter: string): number => LETTERS.indexOf(letter);

/** Writes a number in letters of 6 bits, the lowest first. */
export function letters(value: number, count: number): string {
  let text = "";
  for (let rest = value, left = count; left > 0; left--, rest >>>= 6) text += LETTERS[rest & 63];
  return text;
}

/** Writes bytes as phpass does: three little-endian bytes become four letters. */
export function phpassText(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const left = Math.min(3, bytes.length - at);
    text += letters(bytes.readUIntLE(at, left), left + 1);
  }
  return text;
}

import type { Clock } from "../domain/clock.ts";

/** How many ids are made of the random bytes that are drawn at once. */
const DRAWN = 256;
/** The hexadecimal digits of an id after its time. */
const DIGITS = 19;
/** By a hexadecimal digit: its lower two bits after the variant of RFC 9562. */
const VARIANTS = "89ab".repeat(4);

/**
 * Returns a function that makes the ids of requests: UUIDv7, as of everything else. They are no
 * secrets, so the random bytes of many are drawn at once, which costs less.
 */
export function createRequestIds(clock: Clock): () => string {
  let digits = "";
  let at = 0;
  let madeAt = -1;
  let prefix = "";
  return () => {
    if (at === digits.length) {
      digits = clock.random((DRAWN * DIGITS) / 2).toString("hex");
      at = 0;
    }
    const now = clock.now();
    if (now !== madeAt) {
      const time = now.toString(16).padStart(12, "0");
      prefix = `${time.slice(0, 8)}-${time.slice(8)}-7`;
      madeAt = now;
    }
    const from = at;
    at += DIGITS;
    const variant = VARIANTS[Number.parseInt(digits[from]!, 16)]!;
    return (
      `${prefix}${digits.slice(from + 1, from + 4)}-` +
      `${variant}${digits.slice(from + 4, from + 7)}-${digits.slice(from + 7, at)}`
    );
  };
}

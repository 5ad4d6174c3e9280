// argon2 of any variant and strength, in the PHC string format, and with the prefix of Django.
import { bound, type Format, refusal } from "./stored-hash.ts";

const VARIANT = String.raw`\$argon2(?:id|i|d)(?:\$v=(?:16|19))?`;
const NUMBER = String.raw`([1-9]\d{0,8})`;
const SALT_AND_DIGEST = String.raw`\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})`;
const PHC = new RegExp(
  String.raw`^(?:argon2)?(${VARIANT}\$m=${NUMBER},t=${NUMBER},p=${NUMBER}${SALT_AND_DIGEST})$`,
);
/** RFC 9106 section 3.1: the least memory for each lane. */
const LANE_KIB = 8;

/** Returns whether a text is canonical base64; not every package can read other spellings. */
const isBase64 = (text: string): boolean =>
  Buffer.from(text, "base64").toString("base64").replace(/=+$/, "") === text;

export const argon2: Format = (text, { verifyArgon2 }) => {
  const [, phc = "", memory, passes, lanes, salt = "", digest = ""] = PHC.exec(text) ?? [];
  if (memory === undefined) return undefined;
  bound("KiB of memory", Number(memory), 131_072);
  bound("KiB of memory, over all passes", Number(memory) * Number(passes), 1_048_576);
  bound("lanes", Number(lanes), 16);
  if (Number(memory) < LANE_KIB * Number(lanes) || !isBase64(salt) || !isBase64(digest))
    throw refusal("is not an argon2 hash: its memory, salt or digest is impossible");
  return { check: (password) => verifyArgon2(phc, password) };
};

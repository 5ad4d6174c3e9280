// The formats of password hashes that can be checked. New hashes are argon2id (../hasher.ts); a
// hash of another format is replaced when its user signs in.
import { argon2 } from "./argon2.ts";
import { bcrypt } from "./bcrypt.ts";
import { pbkdf2 } from "./pbkdf2.ts";
import { saltedSha } from "./salted-sha.ts";
import { scrypt } from "./scrypt.ts";
import { type Format, refusal, type StoredHash, type VerifyArgon2 } from "./stored-hash.ts";

const FORMATS: readonly Format[] = [argon2, bcrypt, scrypt, pbkdf2, saltedSha];

/** The width of the column. */
const MAX_CHARACTERS = 255;

/** Parses a hash; rejects an unknown format, a hash that is too long or too expensive to check. */
export function readPasswordHash(text: string, verifyArgon2: VerifyArgon2): StoredHash {
  if (text.length > MAX_CHARACTERS) throw refusal(`is longer than ${MAX_CHARACTERS} characters`);
  for (const read of FORMATS) {
    const hash = read(text, verifyArgon2);
    if (hash !== undefined) return hash;
  }
  throw refusal("is in no known format: argon2, bcrypt, scrypt, PBKDF2 and salted SHA are known");
}

// The formats of password hashes that can be checked. New hashes are argon2id (../hasher.ts); a
// hash of another format is replaced when its user signs in.
import { argon2 } from "./argon2.ts";
import { bcrypt } from "./bcrypt.ts";
import { md5crypt } from "./crypt/md5-crypt.ts";
import { phpass } from "./crypt/phpass.ts";
import { shacrypt } from "./crypt/sha-crypt.ts";
import { pbkdf2 } from "./pbkdf2.ts";
import { kratosDigest } from "./rules/kratos.ts";
import { ruled } from "./rules/ruled-hash.ts";
import { saltedSha } from "./salted-sha.ts";
import { scrypt } from "./scrypt.ts";
import { type Format, refusal, type StoredHash, type VerifyArgon2 } from "./stored-hash.ts";
import { aspnetHash, atlassian } from "./systems/aspnet.ts";
import { firebaseHash } from "./systems/firebase.ts";
import { peppered } from "./systems/peppered.ts";
import { betterAuthHash, scryptOfN, werkzeugScrypt } from "./systems/scrypt-texts.ts";
import { spring } from "./systems/spring.ts";
import { wordpressHash } from "./systems/wordpress.ts";
import { refuseKnown } from "./unsupported.ts";

const FORMATS: readonly Format[] = [
  argon2,
  bcrypt,
  scrypt,
  pbkdf2,
  saltedSha,
  phpass,
  wordpressHash,
  md5crypt,
  shacrypt,
  aspnetHash,
  atlassian,
  firebaseHash,
  betterAuthHash,
  werkzeugScrypt,
  scryptOfN,
  spring,
  peppered,
  ruled,
  kratosDigest,
];

const MAX_CHARACTERS = 1024;

/** Parses a hash; rejects an unknown format, a hash that is too long or too expensive to check. */
export function readPasswordHash(text: string, verifyArgon2: VerifyArgon2): StoredHash {
  if (text.length > MAX_CHARACTERS) throw refusal(`is longer than ${MAX_CHARACTERS} characters`);
  const tools = { verifyArgon2, read: (inner: string) => readPasswordHash(inner, verifyArgon2) };
  for (const read of FORMATS) {
    const hash = read(text, tools);
    if (hash !== undefined) return hash;
  }
  throw refuseKnown(text);
}

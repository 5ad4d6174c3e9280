// PBKDF2 (RFC 8018) as passlib and the PHC string format write it, and as Django writes it.
import { pbkdf2 as derive } from "node:crypto";
import { promisify } from "node:util";
import { bound, digestOf, equal, type Format, refusal, type StoredHash } from "./stored-hash.ts";

/** SHA-1 is not named. Passlib writes a dot for the plus of base64. */
const COST = String.raw`(?:-(sha1|sha256|sha512))?\$(?:i=)?(\d{1,9})(?:,l=\d{1,3})?`;
const SALT_AND_DIGEST = String.raw`\$([A-Za-z0-9+/.]{1,86})\$([A-Za-z0-9+/.]{22,86})`;
const PHC = new RegExp(String.raw`^\$pbkdf2${COST}${SALT_AND_DIGEST}$`);
/** The salt is text. */
const DJANGO =
  /^pbkdf2_(sha1|sha256|sha512)\$(\d{1,9})\$([^$]{1,64})\$([A-Za-z0-9+/]{22,86}={0,2})$/;

const MAX_ITERATIONS = 5_000_000;
const DIGEST_BYTES: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha512: 64 };

const pbkdf2Of = promisify(derive);

function stored(hash: string, iterations: number, salt: Buffer, digest: Buffer): StoredHash {
  if (iterations < 1) throw refusal("has no iterations");
  // Each block of the digest, of the length of the hash, costs all iterations again.
  bound(
    "iterations",
    iterations * Math.ceil(digest.length / (DIGEST_BYTES[hash] ?? 1)),
    MAX_ITERATIONS,
  );
  return {
    check: async (password) =>
      equal(await pbkdf2Of(password, salt, iterations, digest.length, hash), digest),
  };
}

const base64 = (text: string): Buffer => Buffer.from(text.replaceAll(".", "+"), "base64");

export const pbkdf2: Format = (text) => {
  const phc = PHC.exec(text);
  if (phc !== null) {
    const [, hash = "sha1", iterations, salt = "", digest = ""] = phc;
    return stored(hash, Number(iterations), base64(salt), digestOf(base64(digest)));
  }
  const [, hash, iterations, salt = "", digest = ""] = DJANGO.exec(text) ?? [];
  return hash === undefined
    ? undefined
    : stored(hash, Number(iterations), Buffer.from(salt), digestOf(base64(digest)));
};

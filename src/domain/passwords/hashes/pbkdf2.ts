// PBKDF2 (RFC 8018) as passlib and the PHC string format write it, and as Django writes it.
import { pbkdf2 as derive } from "node:crypto";
import { promisify } from "node:util";
import { quickHash, withoutDigest } from "./quick-hash.ts";
import { bound, digestOf, equal, type Format, refusal, type StoredHash } from "./stored-hash.ts";

/** SHA-1 is not named. Passlib writes a dot for the plus of base64. */
const COST = String.raw`(?:-(sha1|sha256|sha512))?\$(?:i=)?(\d{1,9})(?:,l=\d{1,3})?`;
const SALT_AND_DIGEST = String.raw`\$([A-Za-z0-9+/.]{1,86})\$([A-Za-z0-9+/.]{22,86})`;
const PHC = new RegExp(String.raw`^\$pbkdf2${COST}${SALT_AND_DIGEST}$`);
/** The salt is text. */
const DJANGO =
  /^pbkdf2_(sha1|sha256|sha512)\$(\d{1,9})\$([^$]{1,64})\$([A-Za-z0-9+/]{22,86}={0,2})$/;

/** The salt is text, the digest hexadecimal. */
const WERKZEUG = /^pbkdf2:(sha1|sha256|sha512):(\d{1,9})\$([^$]{1,64})\$([0-9a-f]{32,128})$/;

/** Fewer iterations take less time than our argon2id: OWASP's numbers, divided by ten. */
const QUICK_ITERATIONS: Readonly<Record<string, number>> = {
  sha1: 130_000,
  sha256: 60_000,
  sha512: 21_000,
};
const MAX_ITERATIONS = 5_000_000;
const DIGEST_BYTES: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha512: 64 };

const pbkdf2Of = promisify(derive);

/** What a text says. */
interface Written {
  readonly text: string;
  readonly hash: string;
  readonly iterations: number;
  readonly salt: Buffer;
  readonly digest: string;
  readonly encoding?: "hex" | "base64";
}

/** Returns the hash that a text says; rejects one without iterations or with too many. */
export function pbkdf2Hash({
  text,
  hash,
  iterations,
  salt,
  digest: written,
  encoding = "base64",
}: Written): StoredHash {
  if (iterations < 1) throw refusal("has no iterations");
  const digest = digestOf(Buffer.from(written.replaceAll(".", "+"), encoding));
  // Each block of the digest, of the length of the hash, costs all iterations again.
  const blocks = Math.ceil(digest.length / (DIGEST_BYTES[hash] ?? 1));
  bound("iterations", iterations * blocks, MAX_ITERATIONS);
  const derived = (password: Buffer): Promise<Buffer> =>
    pbkdf2Of(password, salt, iterations, digest.length, hash);
  if (iterations < (QUICK_ITERATIONS[hash] ?? Infinity))
    return quickHash({ template: withoutDigest(text, written), digest, digestOf: derived });
  return { check: async (password) => equal(await derived(password), digest) };
}

const base64 = (text: string): Buffer => Buffer.from(text.replaceAll(".", "+"), "base64");

export const pbkdf2: Format = (text) => {
  const phc = PHC.exec(text);
  if (phc !== null) {
    const [, hash = "sha1", iterations, salt = "", digest = ""] = phc;
    return pbkdf2Hash({ text, hash, iterations: Number(iterations), salt: base64(salt), digest });
  }
  const [, hash, iterations, salt = "", digest = ""] = DJANGO.exec(text) ?? [];
  if (hash !== undefined)
    return pbkdf2Hash({
      text,
      hash,
      iterations: Number(iterations),
      salt: Buffer.from(salt),
      digest,
    });
  const [, ofWerkzeug, count, itsSalt = "", hex = ""] = WERKZEUG.exec(text) ?? [];
  return ofWerkzeug === undefined
    ? undefined
    : pbkdf2Hash({
        text,
        hash: ofWerkzeug,
        iterations: Number(count),
        salt: Buffer.from(itsSalt),
        digest: hex,
        encoding: "hex",
      });
};

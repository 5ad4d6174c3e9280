// scrypt (RFC 7914) as the PHC string format writes it, and as Django writes it.
import { scrypt as derive } from "node:crypto";
import { promisify } from "node:util";
import { quickHash, withoutDigest } from "./quick-hash.ts";
import { bound, digestOf, equal, type Format, refusal, type StoredHash } from "./stored-hash.ts";

/** The exponent of N, r, p, salt and digest. */
const PHC =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,4}),p=(\d{1,4})\$([A-Za-z0-9+/]{0,86})\$([A-Za-z0-9+/]{22,86})$/;
/** N, the salt as text, r, p, digest. */
const DJANGO =
  /^scrypt\$(\d{1,9})\$([^$]{1,64})\$(\d{1,4})\$(\d{1,4})\$([A-Za-z0-9+/]{22,86}={0,2})$/;

/** Less memory than this, over all lanes, costs less than our argon2id. */
const QUICK_BYTES = 16 * 1024 * 1024;
const MAX_MEMORY_MIB = 128;
const MIB = 1024 * 1024;

const scryptOf = promisify<
  Buffer,
  Buffer,
  number,
  { N: number; r: number; p: number; maxmem: number },
  Buffer
>(derive);

interface Parameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** Salt and digest of a text. */
interface Written {
  readonly text: string;
  readonly salt: Buffer;
  readonly digest: string;
  readonly encoding: "hex" | "base64";
}

/** Returns the hash that a text says; rejects parameters that are wrong or too expensive. */
export function scryptHash(
  { N, r, p }: Parameters,
  { text, salt, digest: written, encoding }: Written,
  prepared: (password: Buffer) => Buffer = (password) => password,
): StoredHash {
  // RFC 7914 section 2: N is less than 2^(128 r / 8).
  if (!Number.isInteger(Math.log2(N)) || N < 2 || N >= 2 ** (16 * r) || r < 1 || p < 1)
    throw refusal("has parameters that scrypt doesn't allow");
  bound("MiB of memory", (128 * N * r) / MIB, MAX_MEMORY_MIB);
  bound("MiB of memory, one after the other", (128 * N * r * p) / MIB, 4 * MAX_MEMORY_MIB);
  const digest = digestOf(Buffer.from(written, encoding));
  // Node counts a little more than the big table.
  const maxmem = 2 * MAX_MEMORY_MIB * MIB;
  const derived = (password: Buffer): Promise<Buffer> =>
    scryptOf(prepared(password), salt, digest.length, { N, r, p, maxmem });
  if (128 * N * r * p < QUICK_BYTES)
    return quickHash({ template: withoutDigest(text, written), digest, digestOf: derived });
  return { check: async (password) => equal(await derived(password), digest) };
}

export const scrypt: Format = (text) => {
  const [, ln, r, p, salt = "", digest = ""] = PHC.exec(text) ?? [];
  if (ln !== undefined)
    return scryptHash(
      { N: 2 ** Number(ln), r: Number(r), p: Number(p) },
      { text, salt: Buffer.from(salt, "base64"), digest, encoding: "base64" },
    );
  const [, N, djangoSalt = "", djangoR, djangoP, djangoDigest = ""] = DJANGO.exec(text) ?? [];
  return N === undefined
    ? undefined
    : scryptHash(
        { N: Number(N), r: Number(djangoR), p: Number(djangoP) },
        { text, salt: Buffer.from(djangoSalt), digest: djangoDigest, encoding: "base64" },
      );
};

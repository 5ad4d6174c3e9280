// scrypt (RFC 7914) as the PHC string format writes it, and as Django writes it.
import { scrypt as derive } from "node:crypto";
import { promisify } from "node:util";
import { bound, digestOf, equal, type Format, refusal, type StoredHash } from "./stored-hash.ts";

/** The exponent of N, r, p, salt and digest. */
const PHC =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,4}),p=(\d{1,4})\$([A-Za-z0-9+/]{0,86})\$([A-Za-z0-9+/]{22,86})$/;
/** N, the salt as text, r, p, digest. */
const DJANGO =
  /^scrypt\$(\d{1,9})\$([^$]{1,64})\$(\d{1,4})\$(\d{1,4})\$([A-Za-z0-9+/]{22,86}={0,2})$/;

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

function stored({ N, r, p }: Parameters, salt: Buffer, digest: Buffer): StoredHash {
  // RFC 7914 section 2: N is less than 2^(128 r / 8).
  if (!Number.isInteger(Math.log2(N)) || N < 2 || N >= 2 ** (16 * r) || r < 1 || p < 1)
    throw refusal("has parameters that scrypt doesn't allow");
  bound("MiB of memory", (128 * N * r) / MIB, MAX_MEMORY_MIB);
  bound("MiB of memory, one after the other", (128 * N * r * p) / MIB, 4 * MAX_MEMORY_MIB);
  // Node counts a little more than the big table.
  const maxmem = 2 * MAX_MEMORY_MIB * MIB;
  return {
    check: async (password) =>
      equal(await scryptOf(password, salt, digest.length, { N, r, p, maxmem }), digest),
  };
}

export const scrypt: Format = (text) => {
  const phc = PHC.exec(text);
  if (phc !== null) {
    const [, ln, r, p, salt = "", digest = ""] = phc;
    return stored(
      { N: 2 ** Number(ln), r: Number(r), p: Number(p) },
      Buffer.from(salt, "base64"),
      digestOf(Buffer.from(digest, "base64")),
    );
  }
  const [, N, salt = "", r, p, digest = ""] = DJANGO.exec(text) ?? [];
  return N === undefined
    ? undefined
    : stored(
        { N: Number(N), r: Number(r), p: Number(p) },
        Buffer.from(salt),
        digestOf(Buffer.from(digest, "base64")),
      );
};

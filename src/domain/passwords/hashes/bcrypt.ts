// bcrypt as PHP, Ruby, Java and Django write it. It uses only the first 72 bytes of a password, so
// an imported hash accepts every password with the same 72 bytes until the first sign-in replaces
// it.
import { createHash } from "node:crypto";
import { quickHash } from "./quick-hash.ts";
import { bound, type Format, type QuickHash } from "./stored-hash.ts";

/**
 * `$2a$`, `$2b$` and `$2y$` differ only in bugs of old programs. Django's second form hashes a
 * digest, so it uses bytes beyond 72 too.
 */
const BCRYPT = /^(?:bcrypt\$|(bcrypt_sha256)\$)?\$2[aby](\$(\d\d)\$[./A-Za-z0-9]{53})$/;
const SEEN_BYTES = 72;
const DIGEST_CHARACTERS = 31;
/** Below this, bcrypt takes less time than our argon2id. */
const QUICK_COST = 9;

/** Reads bcrypt as a digest that can be wrapped; undefined for other texts. */
export function bcryptQuick(text: string): QuickHash | undefined {
  const [, digested, rest = "", cost] = BCRYPT.exec(text) ?? [];
  if (cost === undefined) return undefined;
  bound("as its cost", Number(cost), 16);
  const keyOf = (password: Buffer): Buffer =>
    (digested === undefined
      ? password
      : Buffer.from(createHash("sha256").update(password).digest("hex"))
    ).subarray(0, SEEN_BYTES);
  return {
    template: text.slice(0, -DIGEST_CHARACTERS) + ".".repeat(DIGEST_CHARACTERS),
    digest: Buffer.from(text.slice(-DIGEST_CHARACTERS)),
    digestOf: async (password) => Buffer.from(await bcryptDigest(keyOf(password), `$2b${rest}`)),
  };
}

export const bcrypt: Format = (text) => {
  const quick = bcryptQuick(text);
  if (quick === undefined) return undefined;
  const cost = Number(/\$2[aby]\$(\d\d)/.exec(text)?.[1]);
  const { check } = quickHash(quick);
  return cost < QUICK_COST ? quickHash(quick) : { check };
};

/** Returns the digest of a key by the cost and the salt of a hash; none if the key has a NUL. */
async function bcryptDigest(key: Buffer, hash: string): Promise<string> {
  // Many programs stop at a NUL. A password with one never matches; otherwise it would be equal
  // to its beginning.
  if (key.includes(0)) return "";
  const { hash: hashed } = (await import("bcrypt")).default;
  return (await hashed(key, hash.slice(0, -DIGEST_CHARACTERS))).slice(-DIGEST_CHARACTERS);
}

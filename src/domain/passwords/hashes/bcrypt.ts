// bcrypt as PHP, Ruby, Java and Django have it. It sees 72 bytes of a password and no more; what
// imported hashes can't tell apart, they can't tell apart here, until the first sign-in has
// replaced them.
import { createHash } from "node:crypto";
import { bound, type Format } from "./stored-hash.ts";

/**
 * `$2a$`, `$2b$` and `$2y$` differ only in the mistakes of old programs. Django's second form
 * hashes a digest, past 72 bytes too.
 */
const BCRYPT = /^(?:bcrypt\$|(bcrypt_sha256)\$)?\$2[aby](\$(\d\d)\$[./A-Za-z0-9]{53})$/;
const SEEN_BYTES = 72;

export const bcrypt: Format = (text) => {
  const [, digested, rest = "", cost] = BCRYPT.exec(text) ?? [];
  if (cost === undefined) return undefined;
  bound("as its cost", Number(cost), 16);
  return {
    async check(password) {
      const key =
        digested === undefined
          ? password
          : Buffer.from(createHash("sha256").update(password).digest("hex"));
      const { compare } = (await import("bcrypt")).default;
      const matches = await compare(key.subarray(0, SEEN_BYTES), `$2b${rest}`);
      // Many programs stop at a NUL: a password with one is nobody's, rather than the same as its
      // beginning.
      return matches && !key.includes(0);
    },
  };
};

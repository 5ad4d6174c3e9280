// bcrypt as PHP, Ruby, Java and Django write it. It uses only the first 72 bytes of a password, so
// an imported hash accepts every password with the same 72 bytes until the first sign-in replaces
// it.
import { createHash } from "node:crypto";
import { bound, type Format } from "./stored-hash.ts";

/**
 * `$2a$`, `$2b$` and `$2y$` differ only in bugs of old programs. Django's second form hashes a
 * digest, so it uses bytes beyond 72 too.
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
      // Many programs stop at a NUL. A password with one never matches; otherwise it would be equal
      // to its beginning.
      return matches && !key.includes(0);
    },
  };
};

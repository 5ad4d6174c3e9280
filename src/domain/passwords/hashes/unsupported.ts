// Formats that are known and not checked. Each says what to do.
import type { IdentityError } from "../../errors.ts";
import { refusal } from "./stored-hash.ts";

const OTHERWISE = "let its users reset the password, or ask the old system by PASSWORD_VERIFY_URL";

const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/^[0-9a-f]{32}$/i, "is 32 hexadecimal digits, such as MD5: name the rule with --scheme"],
  [/^[0-9a-f]{40}$/i, "is 40 hexadecimal digits, such as SHA-1: name the rule with --scheme"],
  [/^[0-9a-f]{64}$/i, "is 64 hexadecimal digits, such as SHA-256: name the rule with --scheme"],
  [/^[0-9a-f]{128}$/i, "is 128 hexadecimal digits, such as SHA-512: name the rule with --scheme"],
  [/^[0-9a-f]{32,128}:.+$/i, "is a digest with a salt: name the rule with --scheme"],
  [/^\$(?:y|gy)\$/, `is yescrypt, which nothing here checks: ${OTHERWISE}`],
  [/^\$7\$/, `is scrypt of crypt(3), which nothing here checks: ${OTHERWISE}`],
  [/^\$sha1\$\d+\$/, `is sha1crypt, which nothing here checks: ${OTHERWISE}`],
  [/^[./A-Za-z0-9]{13}$/, `is DES crypt, which sees 8 characters of a password: ${OTHERWISE}`],
];

/** Returns the error for a hash that no format reads. */
export const refuseKnown = (text: string): IdentityError =>
  refusal(
    KNOWN.find(([pattern]) => pattern.test(text))?.[1] ??
      "is in no known format: name its rule with --scheme if it is a plain digest; otherwise " +
        OTHERWISE,
  );

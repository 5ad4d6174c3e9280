// Salted SHA as LDAP writes it (RFC 2307 and its descendants), and as Django once did. A GPU tries
// billions of these a second, so they are accepted only until the first sign-in replaces them.
import { createHash } from "node:crypto";
import { equal, type Format, refusal, type StoredHash } from "./stored-hash.ts";

/** Digest and salt together. */
const LDAP = /^\{SSHA(256|384|512)?\}([A-Za-z0-9+/]{28,172}={0,2})$/i;
/** The salt is text, the digest hexadecimal. */
const DJANGO = /^(sha1|sha256|sha384|sha512)\$([^$]{1,64})\$([0-9a-f]{40,128})$/i;

const DIGEST_BYTES: Readonly<Record<string, number>> = {
  sha1: 20,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

const stored = (
  hash: string,
  digest: Buffer,
  texts: (password: Buffer) => readonly Buffer[],
): StoredHash => ({
  check: (password) =>
    Promise.resolve(
      equal(
        createHash(hash)
          .update(Buffer.concat(texts(password)))
          .digest(),
        digest,
      ),
    ),
});

export const saltedSha: Format = (text) => {
  const ldap = LDAP.exec(text);
  if (ldap !== null) {
    const hash = `sha${ldap[1] ?? "1"}`;
    const bytes = Buffer.from(ldap[2] ?? "", "base64");
    const [digest, salt] = [
      bytes.subarray(0, DIGEST_BYTES[hash]),
      bytes.subarray(DIGEST_BYTES[hash]),
    ];
    if (salt.length === 0) throw refusal("has no salt");
    return stored(hash, digest, (password) => [password, salt]);
  }
  const [, name, salt = "", digits = ""] = DJANGO.exec(text) ?? [];
  if (name === undefined) return undefined;
  const hash = name.toLowerCase();
  if (digits.length !== 2 * (DIGEST_BYTES[hash] ?? 0))
    throw refusal("has a digest of a wrong length");
  return stored(hash, Buffer.from(digits, "hex"), (password) => [Buffer.from(salt), password]);
};

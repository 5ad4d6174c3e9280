// Digests as LDAP directories write them (RFC 2307 and its descendants), and as Django once did. A
// GPU tries billions of these a second.
import { createHash } from "node:crypto";
import { quickHash, withoutDigest } from "./quick-hash.ts";
import { type Format, refusal, type StoredHash } from "./stored-hash.ts";

/** Digest and salt together. */
const LDAP = /^\{(S?SHA(?:256|384|512)?|S?MD5)\}([A-Za-z0-9+/]{22,172}={0,2})$/i;
/** A hash of crypt(3). */
const LDAP_CRYPT = /^\{CRYPT\}/i;
/** The salt is text, the digest hexadecimal. */
const DJANGO = /^(md5|sha1|sha256|sha384|sha512)\$([^$]{1,64})\$([0-9a-f]{32,128})$/i;

const DIGEST_BYTES: Readonly<Record<string, number>> = {
  md5: 16,
  sha1: 20,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

const digestBy = (hash: string, ...parts: readonly Buffer[]): Promise<Buffer> =>
  Promise.resolve(createHash(hash).update(Buffer.concat(parts)).digest());

function ldapHash(name: string, base64: string): StoredHash {
  const isSalted = /^s(?:sha|md5)/.test(name);
  const plain = isSalted ? name.slice(1) : name;
  const hash = plain === "sha" ? "sha1" : plain;
  const bytes = Buffer.from(base64, "base64");
  const length = DIGEST_BYTES[hash] ?? 0;
  const [digest, salt] = [bytes.subarray(0, length), bytes.subarray(length)];
  if (digest.length < length) throw refusal("has a digest of a wrong length");
  if (isSalted !== salt.length > 0) throw refusal(isSalted ? "has no salt" : "has a salt");
  const blank = Buffer.concat([Buffer.alloc(length), salt]).toString("base64");
  return quickHash({
    template: `{${name}}${blank}`,
    digest,
    digestOf: (password) => digestBy(hash, password, salt),
  });
}

export const saltedSha: Format = (text, tools) => {
  const [, scheme, base64 = ""] = LDAP.exec(text) ?? [];
  if (scheme !== undefined) return ldapHash(scheme.toLowerCase(), base64);
  if (LDAP_CRYPT.test(text)) return tools.read(text.replace(LDAP_CRYPT, ""));
  const [, name, salt = "", digits = ""] = DJANGO.exec(text) ?? [];
  if (name === undefined) return undefined;
  const hash = name.toLowerCase();
  if (digits.length !== 2 * (DIGEST_BYTES[hash] ?? 0))
    throw refusal("has a digest of a wrong length");
  return quickHash({
    template: withoutDigest(text, digits),
    digest: Buffer.from(digits, "hex"),
    digestOf: (password) => digestBy(hash, Buffer.from(salt), password),
  });
};

import { equal, type QuickHash, type StoredHash } from "./stored-hash.ts";

/** Returns a hash that is quick to check. */
export const quickHash = (quick: QuickHash): StoredHash => ({
  check: async (password) => equal(await quick.digestOf(password), quick.digest),
  quick,
});

/** Returns a text whose digest is replaced by zeros, in hexadecimal or in any base64. */
export function withoutDigest(text: string, digest: string): string {
  const at = text.lastIndexOf(digest);
  const zeros = digest.replaceAll(/[A-Za-z0-9+/._-]/g, /^[0-9a-f]+$/i.test(digest) ? "0" : "A");
  return text.slice(0, at) + zeros + text.slice(at + digest.length);
}

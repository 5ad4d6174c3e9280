// The server's one secret and the keys that are derived from it. It owns the derivation
// and must not know what the keys are used for.
import { hkdfSync } from "node:crypto";

/** Each purpose has a key of its own, so that what one leaks says nothing about another. */
export type KeyPurpose = "page-token" | "signing-key" | "client-secret" | "seal";

/** Derives the 256-bit key of a purpose, RFC 5869. */
export function deriveKey(secret: string, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "latchkey", purpose, 32));
}

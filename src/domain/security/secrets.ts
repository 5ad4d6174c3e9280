import { hkdfSync } from "node:crypto";

/** Each purpose has a key of its own, so that a leaked key reveals nothing about the others. */
export type KeyPurpose =
  | "page-token"
  | "signing-key"
  | "client-secret"
  | "seal"
  | "sealed-text"
  | "former-identifier"
  | "subject"
  | "repeated-request";

/** Derives the 256-bit key of a purpose from the server's secret (HKDF, RFC 5869). */
export function deriveKey(secret: string, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "latchkey", purpose, 32));
}

// Proof Key for Code Exchange, RFC 7636.
import { hash } from "node:crypto";
import { equalSecrets } from "../../security/tokens.ts";

/** The methods in the server's metadata. */
export const CODE_CHALLENGE_METHODS = ["S256"] as const;

/** RFC 7636 section 4.1: 43 to 128 unreserved characters. */
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;
/** RFC 7636 section 4.2: a SHA-256 in base64url is 43 characters. */
const CHALLENGE = /^[A-Za-z0-9\-_]{43}$/;

/** Returns whether the text has the form of a verifier. */
export const isCodeVerifier = (text: string): boolean => VERIFIER.test(text);

export const isCodeChallenge = (text: string): boolean => CHALLENGE.test(text);

/** Returns whether the verifier fits the challenge, RFC 7636 section 4.6. */
export function verifies(verifier: string, challenge: string): boolean {
  return VERIFIER.test(verifier) && equalSecrets(hash("sha256", verifier, "base64url"), challenge);
}

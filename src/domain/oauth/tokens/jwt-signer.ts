import type { SigningKeyAlgorithm } from "../../model.ts";

/** The algorithms of our JWTs, the one of ID tokens without a wish of the client first. */
export const SIGNING_ALGORITHMS: readonly SigningKeyAlgorithm[] = ["RS256", "ES256"];

/** Signs JWTs of every kind with the server's keys. */
export interface JwtSigner {
  /**
   * Returns the claims as a signed JWT (RFC 7519): a JWS in compact form (RFC 7515 section 7.1).
   * Its header has `typ`, which says what the JWT is for (RFC 8725 section 3.11), `alg`, and the
   * `kid` of a key in the public key set. The claims become ASCII with escapes, so a browser can
   * read them with `atob` alone.
   */
  sign(algorithm: SigningKeyAlgorithm, claims: object, typ: string): Promise<string>;
}

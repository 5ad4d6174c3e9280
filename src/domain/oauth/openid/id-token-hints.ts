import { compactVerify, decodeProtectedHeader, importJWK } from "jose";
import type { SigningKeys } from "../tokens/signing-keys.ts";
import { SIGNING_ALGORITHMS } from "../tokens/jwt-signer.ts";

/** More than an ID token of ours with claims that a client asked for. */
const MAX_HINT = 4096;
/** A JWS in compact form, RFC 7515 section 7.1. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** What an ID token of ours says, whenever it was issued. */
export interface IdTokenHint {
  readonly sub: string;
  /** The client. */
  readonly aud: string;
  readonly sid?: string | undefined;
  /** When it ends, UTC milliseconds since 1970. */
  readonly expiresAt: number;
  /** The half of the hash of the access token that came with it. */
  readonly accessTokenHalf: string;
}

/**
 * Reads ID tokens that clients send back. They may have expired (OpenID Connect Core section
 * 3.1.2.1), but a key of ours must have signed them.
 */
export class IdTokenHints {
  readonly #signingKeys: Pick<SigningKeys, "publicKeys">;
  readonly #issuer: string;

  constructor(signingKeys: Pick<SigningKeys, "publicKeys">, issuer: string) {
    this.#signingKeys = signingKeys;
    this.#issuer = issuer;
  }

  /** Returns what the token says; undefined if it isn't an ID token of this server. */
  async read(token: string): Promise<IdTokenHint | undefined> {
    // Decoders of base64url skip other characters, so that one token would have many spellings.
    if (token.length > MAX_HINT || !COMPACT.test(token)) return undefined;
    try {
      const { kid, typ, alg } = decodeProtectedHeader(token);
      const jwk = (await this.#signingKeys.publicKeys()).find((key) => key.kid === kid);
      // Other JWTs of ours, such as logout tokens, have another type.
      if (jwk === undefined || typ !== "JWT" || alg !== jwk.alg) return undefined;
      const key = await importJWK(jwk);
      const { payload } = await compactVerify(token, key, { algorithms: [...SIGNING_ALGORITHMS] });
      return this.#claimsOf(JSON.parse(new TextDecoder().decode(payload)));
    } catch {
      return undefined;
    }
  }

  #claimsOf(payload: Readonly<Record<string, unknown>>): IdTokenHint | undefined {
    const { iss, sub, aud, sid, exp, at_hash: accessTokenHalf } = payload;
    // UserInfo answers and JWTs of documented APIs have neither audience nor hash.
    if (typeof accessTokenHalf !== "string" || iss !== this.#issuer) return undefined;
    if (typeof sub !== "string" || typeof aud !== "string") return undefined;
    const expiresAt = typeof exp === "number" ? exp * 1000 : 0;
    const session = typeof sid === "string" ? sid : undefined;
    return { sub, aud, sid: session, expiresAt, accessTokenHalf };
  }
}

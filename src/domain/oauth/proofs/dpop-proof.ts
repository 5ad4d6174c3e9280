// Demonstrating Proof of Possession, RFC 9449.
import { calculateJwkThumbprint, type JWK } from "jose";
import { MINUTE } from "../../durations.ts";
import { IdentityError } from "../../errors.ts";
import { equalSecrets, hashToken } from "../../security/tokens.ts";
import { hasPrivateMembers, readPublicKey, STRONG_ALGORITHMS } from "./algorithms.ts";
import { type Claims, jwtHeaderOf, isBy, isSignedJwt, isTime, verifyByKey } from "./signed-jwt.ts";

/** A proof as the client shows it, and the request that it must be for. */
export interface ShownProof {
  /** The DPoP header. */
  readonly text: string;
  readonly method: string;
  /** The address of the request as clients know it. */
  readonly url: string;
}

/** What a valid proof says. */
export interface DpopProof {
  /** The thumbprint of the key, RFC 7638. */
  readonly thumbprint: string;
  readonly jti: string;
}

/** How long before now, and how long after, a proof may have been made. */
const PAST_MS = 5 * MINUTE;
const FUTURE_MS = MINUTE;
/** How long a proof can be valid from its first use on. */
export const DPOP_PROOF_MS = PAST_MS + FUTURE_MS;

const MAX_PROOF = 8 * 1024;
const MAX_JTI = 256;

export const badProof = (why: string): IdentityError =>
  new IdentityError("DPOP_PROOF_INVALID", `The DPoP proof ${why}.`);

/**
 * Checks a proof as RFC 9449 section 4.3 says, with the access token if there is one. The caller
 * must also check that it is the first with its `jti`.
 */
export async function readDpopProof(
  { text, method, url }: ShownProof,
  now: number,
  accessToken?: string,
): Promise<DpopProof> {
  // Two headers arrive as one with a comma, which is no JWT.
  if (!isSignedJwt(text, MAX_PROOF))
    throw badProof("is not one JWT. Send one DPoP header (RFC 9449 section 4.1)");
  const { jwk, claims } = await verifyOwnKey(text);
  const { jti, htm, htu, iat, ath } = claims;
  if (typeof jti !== "string" || jti === "" || jti.length > MAX_JTI)
    throw badProof(`has no jti of 1 to ${MAX_JTI} characters`);
  if (htm !== method) throw badProof("is for another method: htm must be that of the request");
  if (typeof htu !== "string" || !isSameTarget(htu, url))
    throw badProof("is for another address: htu must be the URL of the request without its query");
  if (!isTime(iat) || iat * 1000 < now - PAST_MS || !isBy(iat, now + FUTURE_MS))
    throw badProof("is too old or too new: iat must be the time of the request");
  // RFC 9449 section 4.3, number 11: a proof with a token contains the token's hash.
  if (
    accessToken !== undefined &&
    (typeof ath !== "string" || !equalSecrets(ath, hashToken(accessToken)))
  )
    throw badProof("is for another token: ath must be the SHA-256 of the access token");
  return { thumbprint: await calculateJwkThumbprint(jwk), jti };
}

/** Verifies the signature by the key in the header, and returns both key and claims. */
async function verifyOwnKey(text: string): Promise<{ jwk: JWK; claims: Claims }> {
  const { typ, alg = "", jwk } = jwtHeaderOf(text);
  if (typ !== "dpop+jwt") throw badProof("must have the typ dpop+jwt");
  if (!STRONG_ALGORITHMS.includes(alg))
    throw badProof(`must be signed by one of ${STRONG_ALGORITHMS.join(", ")}`);
  if (typeof jwk !== "object" || jwk === null)
    throw badProof("has no public key in the header jwk");
  // RFC 9449 section 4.3, number 7.
  if (hasPrivateMembers(jwk)) throw badProof("contains a private key");
  const key = await readPublicKey(jwk, alg);
  if (key === undefined) throw badProof("has a key in jwk that is not one of its alg");
  const claims = await verifyByKey(text, key, alg);
  if (claims === undefined) throw badProof("has a wrong signature or no claims");
  return { jwk, claims };
}

/**
 * Compares two addresses without query and fragment, after the normalization of RFC 3986 section
 * 6.2: scheme and host in lower case, no default port.
 */
function isSameTarget(htu: string, url: string): boolean {
  if (htu.length > 4096 || !URL.canParse(htu)) return false;
  const [one, other] = [new URL(htu), new URL(url)];
  return (
    one.protocol === other.protocol &&
    one.host === other.host &&
    one.pathname === other.pathname &&
    one.username === "" &&
    one.password === ""
  );
}

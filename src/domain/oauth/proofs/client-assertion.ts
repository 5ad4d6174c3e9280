// JWT assertions of clients, RFC 7523 sections 2.2 and 3.
import type { JWK } from "jose";
import { CLOCK_SKEW, HOUR, MINUTE } from "../../durations.ts";
import { isBy, isSignedJwt, isTime, unverifiedClaims, verifyByKeys } from "./signed-jwt.ts";

/** The only value of `client_assertion_type`. */
export const JWT_BEARER_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** The most that an assertion may be valid from now on. */
const MAX_AHEAD_MS = HOUR;
/** How long an assertion can be valid from its first use on. */
export const CLIENT_ASSERTION_MS = MAX_AHEAD_MS + CLOCK_SKEW;
/** How far `nbf` and `iat` may be ahead: FAPI 2.0 section 5.3.2.1 asks for 10 to 60 seconds. */
const FUTURE_MS = MINUTE;

const MAX_ASSERTION = 16 * 1024;
const MAX_JTI = 512;

/** Returns the client that an assertion says it is of; undefined if it can't be read. */
export function subjectOf(assertion: string): string | undefined {
  const sub = isSignedJwt(assertion, MAX_ASSERTION) && unverifiedClaims(assertion)?.["sub"];
  return typeof sub === "string" && sub !== "" ? sub : undefined;
}

/** What an assertion must match. */
interface Expected {
  readonly clientId: string;
  readonly issuer: string;
  readonly algorithms: readonly string[];
  readonly keys: readonly JWK[];
  readonly now: number;
}

/**
 * Checks an assertion and returns its `jti`, or undefined if it isn't valid. The caller must also
 * check that it is the first with its `jti`.
 */
export async function readClientAssertion(
  assertion: string,
  { clientId, issuer, algorithms, keys, now }: Expected,
): Promise<string | undefined> {
  if (!isSignedJwt(assertion, MAX_ASSERTION)) return undefined;
  const claims = await verifyByKeys(assertion, { algorithms, keys });
  if (claims === undefined) return undefined;
  const { iss, sub, aud, exp, nbf, iat, jti } = claims;
  if (iss !== clientId || sub !== clientId) return undefined;
  // FAPI 2.0 section 5.3.2.1 number 8: one string, so that no other server can use it.
  if (aud !== issuer) return undefined;
  if (!isTime(exp) || exp * 1000 <= now - CLOCK_SKEW || exp * 1000 > now + MAX_AHEAD_MS)
    return undefined;
  if (![nbf, iat].every((time) => time === undefined || isBy(time, now + FUTURE_MS)))
    return undefined;
  return typeof jti === "string" && jti !== "" && jti.length <= MAX_JTI ? jti : undefined;
}

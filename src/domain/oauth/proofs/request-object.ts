// Request objects, RFC 9101: the parameters of an authorization request as a JWT of the client.
import type { JWK } from "jose";
import { HOUR, MINUTE } from "../../durations.ts";
import { isBy, isSignedJwt, isTime, jwtHeaderOf, verifyByKeys, type Claims } from "./signed-jwt.ts";

const TYPE = "oauth-authz-req+jwt";
const MAX_OBJECT = 16 * 1024;
/** FAPI 2.0 Message Signing section 5.3.1: an object is no older, and ends no later. */
const MAX_AGE_MS = HOUR;
/** How far `nbf` may be ahead. */
const FUTURE_MS = MINUTE;

/** The claims of the JWT itself, RFC 7519 section 4.1. They are no parameters. */
const JWT_CLAIMS = new Set(["iss", "sub", "aud", "exp", "nbf", "iat", "jti"]);

/** What a request object must match. */
export interface ExpectedObject {
  readonly clientId: string;
  readonly issuer: string;
  readonly algorithms: readonly string[];
  readonly keys: readonly JWK[];
  /** When the request began. */
  readonly now: number;
  /** Whether the object must say how long it is valid, and for whom: FAPI 2.0 Message Signing. */
  readonly isStrict: boolean;
}

type Pairs = readonly (readonly [string, string])[];

/** Returns the parameters of a request object, or why it is refused. */
export async function readRequestObject(
  text: string,
  expected: ExpectedObject,
): Promise<{ readonly pairs: Pairs } | { readonly wrong: string }> {
  const { typ } = isSignedJwt(text, MAX_OBJECT) ? jwtHeaderOf(text) : { typ: "" };
  // RFC 9101 section 10.8: another JWT of the client must not pass as a request.
  if (typ !== undefined && typ.toLowerCase().replace(/^application\//, "") !== TYPE)
    return { wrong: `must be a signed JWT whose typ is ${TYPE}` };
  const claims = await verifyByKeys(text, expected);
  if (claims === undefined)
    return {
      wrong: `must be signed by a key of the client, by one of ${expected.algorithms.join(", ")}`,
    };
  const wrong = wrongClaim(claims, expected);
  return wrong === undefined ? { pairs: pairsOf(claims) } : { wrong };
}

function wrongClaim(claims: Claims, { clientId, issuer, now, isStrict }: ExpectedObject) {
  const { iss, sub, aud, exp, nbf, client_id } = claims;
  if ((iss !== undefined && iss !== clientId) || (isStrict && iss === undefined))
    return "must have the client as iss";
  if (sub === clientId) return "must not have the client as sub";
  if (client_id !== clientId) return "must have the client as client_id";
  const isForUs = Array.isArray(aud) ? aud.includes(issuer) : aud === issuer;
  if (!isForUs && (isStrict || aud !== undefined)) return "must have the issuer as aud";
  if (exp === undefined ? isStrict : !isTime(exp) || exp * 1000 <= now)
    return "has ended, or has no exp";
  if (nbf === undefined ? isStrict : !isBy(nbf, now + FUTURE_MS))
    return "begins later, or has no nbf";
  if (isStrict && isTime(nbf) && isTime(exp)) {
    if (nbf * 1000 < now - MAX_AGE_MS) return "is older than an hour";
    if ((exp - nbf) * 1000 > MAX_AGE_MS) return "is valid for longer than an hour";
  }
  // RFC 9101 section 4.
  return "request" in claims || "request_uri" in claims
    ? "must not contain request or request_uri"
    : undefined;
}

/** Returns the claims as parameters: a structure is its JSON, and a list of texts comes often. */
const pairsOf = (claims: Claims): Pairs =>
  Object.entries(claims)
    .filter(([name]) => !JWT_CLAIMS.has(name))
    .flatMap(([name, value]) =>
      // RFC 9396 section 4: a list even if it is empty.
      name !== "authorization_details" &&
      Array.isArray(value) &&
      value.every((each) => typeof each === "string")
        ? value.map((each: string) => [name, each] as const)
        : [[name, typeof value === "string" ? value : JSON.stringify(value)] as const],
    );

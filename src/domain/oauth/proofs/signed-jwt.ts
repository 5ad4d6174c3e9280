import { compactVerify, decodeProtectedHeader, type CryptoKey, type JWK } from "jose";
import { readPublicKey } from "./algorithms.ts";

/** The claims of a JWT; nothing about them is checked. */
export type Claims = Readonly<Record<string, unknown>>;

/** A JWS in compact form with a payload and a signature, RFC 7515 section 7.1. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** The most keys of a client that one signature is compared with. */
const MAX_KEYS = 20;

/** Returns whether a text has the form of a signed JWT and is short enough. */
export const isSignedJwt = (text: string, most: number): boolean =>
  text.length <= most && COMPACT.test(text);

/** Returns the header of a JWT, RFC 7515 section 4.1; an empty one if it can't be read. */
export function jwtHeaderOf(jwt: string): Partial<ReturnType<typeof decodeProtectedHeader>> {
  try {
    return decodeProtectedHeader(jwt);
  } catch {
    return {};
  }
}

/** Returns the claims of a JWT without a look at the signature; undefined if there are none. */
export const unverifiedClaims = (jwt: string): Claims | undefined =>
  claimsOf(Buffer.from(jwt.split(".")[1] ?? "", "base64url"));

/** Returns the claims of a JWT that the key has signed, or undefined. */
export async function verifyByKey(
  jwt: string,
  key: CryptoKey,
  alg: string,
): Promise<Claims | undefined> {
  const verified = await compactVerify(jwt, key, { algorithms: [alg] }).catch(() => undefined);
  return verified && claimsOf(verified.payload);
}

/** Returns the claims of a JWT that one of the keys has signed, or undefined. */
export async function verifyByKeys(
  jwt: string,
  { algorithms, keys }: { readonly algorithms: readonly string[]; readonly keys: readonly JWK[] },
): Promise<Claims | undefined> {
  const { alg = "", kid } = jwtHeaderOf(jwt);
  if (!algorithms.includes(alg)) return undefined;
  const named = keys.filter((key) => kid === undefined || key.kid === undefined || key.kid === kid);
  for (const jwk of named.slice(0, MAX_KEYS)) {
    const key = await readPublicKey(jwk, alg);
    const claims = key && (await verifyByKey(jwt, key, alg));
    if (claims !== undefined) return claims;
  }
  return undefined;
}

function claimsOf(payload: Uint8Array): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
    return typeof claims === "object" && claims !== null && !Array.isArray(claims)
      ? (claims as Claims)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Returns whether a claim is a NumericDate, RFC 7519 section 2. */
export const isTime = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);

/** Returns whether a NumericDate is not after a time in milliseconds. */
export const isBy = (time: unknown, latest: number): boolean =>
  isTime(time) && time * 1000 <= latest;

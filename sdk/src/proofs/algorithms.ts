import type { CryptoKey } from "jose";

/** The JWS algorithm of a JWK that names none. */
const BY_TYPE: Readonly<Record<string, string>> = { EC: "ES256", OKP: "EdDSA", RSA: "PS256" };

/** A private key as JSON, RFC 7517. */
export type PrivateJwk = JsonWebKey & { readonly kid?: string | undefined };

const unusable = (): Error =>
  new Error("the key must be one of ES256, PS256, Ed25519 or, to authenticate only, RS256");

/** Returns the JWS algorithm of a key. */
export function algorithmOf({ algorithm }: CryptoKey): string {
  const { name, namedCurve, hash } = algorithm as {
    readonly name: string;
    readonly namedCurve?: string;
    readonly hash?: { readonly name: string };
  };
  if (name === "ECDSA" && namedCurve === "P-256") return "ES256";
  if (name === "Ed25519") return "EdDSA";
  if (name === "RSA-PSS" && hash?.name === "SHA-256") return "PS256";
  if (name === "RSASSA-PKCS1-v1_5" && hash?.name === "SHA-256") return "RS256";
  throw unusable();
}

/** Returns the JWS algorithm of a key as JSON. */
export function algorithmOfJwk({ alg, kty = "" }: PrivateJwk): string {
  const found = alg ?? BY_TYPE[kty];
  if (found === undefined) throw unusable();
  return found;
}

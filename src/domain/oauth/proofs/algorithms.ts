import { importJWK, type CryptoKey, type JWK } from "jose";

/**
 * The algorithms of FAPI 2.0 section 5.4.1. `Ed25519` is the same as `EdDSA` with that curve (RFC
 * 9864 section 2.2).
 */
export const STRONG_ALGORITHMS: readonly string[] = ["ES256", "PS256", "EdDSA", "Ed25519"];

/** Those that clients without a security profile may sign with. */
export const CLIENT_ALGORITHMS: readonly string[] = [...STRONG_ALGORITHMS, "RS256"];

/** The members of a key that are secret: RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1. */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

export const hasPrivateMembers = (jwk: object): boolean =>
  PRIVATE_MEMBERS.some((member) => member in jwk);

/** The kind of key of each algorithm. */
const KINDS: Readonly<Record<string, { readonly kty: string; readonly crv?: string }>> = {
  ES256: { kty: "EC", crv: "P-256" },
  PS256: { kty: "RSA" },
  RS256: { kty: "RSA" },
  EdDSA: { kty: "OKP", crv: "Ed25519" },
  Ed25519: { kty: "OKP", crv: "Ed25519" },
};

/** Returns whether a key is one of an algorithm, and not for something else than signatures. */
function isKeyOf(alg: string, { kty, crv, use, alg: own }: JWK): boolean {
  const kind = KINDS[alg];
  return (
    kind !== undefined &&
    kty === kind.kty &&
    (kind.crv === undefined || crv === kind.crv) &&
    (use === undefined || use === "sig") &&
    (own === undefined || own === alg || KINDS[own]?.crv === (kind.crv ?? "none"))
  );
}

/** Returns the public key; undefined for one that is none, or is too short for the algorithm. */
export async function readPublicKey(jwk: JWK, alg: string): Promise<CryptoKey | undefined> {
  if (!isKeyOf(alg, jwk)) return undefined;
  const { kty, crv, x, y, n, e } = jwk;
  // Only the public members, so that no other one changes what the key is.
  const bare = kty === "RSA" ? { kty, n, e } : kty === "EC" ? { kty, crv, x, y } : { kty, crv, x };
  const key = await importJWK(bare as JWK, alg).catch(() => undefined);
  return key as CryptoKey | undefined;
}

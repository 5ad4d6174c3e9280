// Keys, DPoP proofs and client assertions as a client makes them, by jose.
import { createHash, randomUUID } from "node:crypto";
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
} from "jose";

/** A key pair of a client. */
export interface ClientKey {
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly privateJwk: JWK;
  readonly jwk: JWK;
  readonly thumbprint: string;
}

export async function newKey(alg = "ES256"): Promise<ClientKey> {
  const pair = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(pair.publicKey);
  return {
    alg,
    privateKey: pair.privateKey,
    privateJwk: await exportJWK(pair.privateKey),
    jwk,
    thumbprint: await calculateJwkThumbprint(jwk),
  };
}

export const seconds = (): number => Math.floor(Date.now() / 1000);

type Members = Readonly<Record<string, unknown>>;

/** What differs from a valid proof; an undefined member is left out. */
export interface ProofChange {
  readonly header?: Members;
  readonly claims?: Members;
  /** The key that signs, if it is not that of the header. */
  readonly signer?: CryptoKey;
}

/** Makes a DPoP proof for one request. */
export async function dpopProof(
  key: ClientKey,
  { method, url, token }: { method: string; url: string; token?: string | undefined },
  { header = {}, claims = {}, signer = key.privateKey }: ProofChange = {},
): Promise<string> {
  const ath = token && createHash("sha256").update(token).digest("base64url");
  const given = { jti: randomUUID(), htm: method, htu: url, iat: seconds(), ath, ...claims };
  return new SignJWT(JSON.parse(JSON.stringify(given)) as Members)
    .setProtectedHeader({
      alg: key.alg,
      ...(JSON.parse(JSON.stringify({ typ: "dpop+jwt", jwk: key.jwk, ...header })) as Members),
    })
    .sign(signer);
}

/** Makes a client assertion; an undefined member is left out. */
export const assertionOf = (
  key: ClientKey,
  { clientId, issuer }: { clientId: string; issuer: string },
  claims: Members = {},
): Promise<string> =>
  new SignJWT(
    JSON.parse(
      JSON.stringify({
        iss: clientId,
        sub: clientId,
        aud: issuer,
        jti: randomUUID(),
        iat: seconds(),
        exp: seconds() + 60,
        ...claims,
      }),
    ) as Members,
  )
    .setProtectedHeader({ alg: key.alg, kid: key.thumbprint })
    .sign(key.privateKey);

import { type CryptoKey, importJWK, type JWK, SignJWT } from "jose";
import { randomText } from "../random-text.ts";
import { algorithmOf, algorithmOfJwk, type PrivateJwk } from "./algorithms.ts";

/** How long the server may take to see it, and how far clocks may differ, in seconds. */
const LIFETIME_S = 60;

interface AssertionSettings {
  readonly clientId: string;
  readonly issuer: string;
  readonly privateKey: CryptoKey | PrivateJwk;
}

/** The fields of a request by which a client authenticates with its key, RFC 7523 section 2.2. */
export interface Assertion {
  readonly clientAssertionType: string;
  readonly clientAssertion: string;
}

interface Signer {
  readonly key: CryptoKey;
  readonly alg: string;
  readonly kid: string | undefined;
}

async function readSigner(given: CryptoKey | PrivateJwk): Promise<Signer> {
  if (!("kty" in given)) {
    const key = given as CryptoKey;
    return { key, alg: algorithmOf(key), kid: undefined };
  }
  const alg = algorithmOfJwk(given);
  // What the key was exported for, such as `verify`, must not limit it.
  const { key_ops: _, ext: __, ...jwk } = given;
  const key = await importJWK(jwk as JWK, alg, { extractable: false });
  return { key: key as CryptoKey, alg, kid: given.kid };
}

/** Builds what makes a new assertion for each request: the server takes each one once. */
export function createAssertions(settings: AssertionSettings): () => Promise<Assertion> {
  const { clientId, issuer, privateKey } = settings;
  let signer: Promise<Signer> | undefined;
  return async () => {
    const { key, alg, kid } = await (signer ??= readSigner(privateKey));
    const clientAssertion = await new SignJWT({ jti: randomText() })
      .setProtectedHeader({ alg, ...(kid !== undefined && { kid }) })
      .setIssuer(clientId)
      .setSubject(clientId)
      // One string: FAPI 2.0 section 5.3.2.1.
      .setAudience(issuer)
      .setIssuedAt()
      .setExpirationTime(`${LIFETIME_S}s`)
      .sign(key);
    return {
      clientAssertionType: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      clientAssertion,
    };
  };
}

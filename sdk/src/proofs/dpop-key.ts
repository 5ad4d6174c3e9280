import { importJWK, type JWK } from "jose";
import { algorithmOfJwk } from "./algorithms.ts";

/**
 * Makes a key pair for the option `dpop`: ECDSA by P-256. Its private key can't be read, not even
 * by this program, unless it is `extractable`.
 *
 * @example
 * ```ts
 * import { createDpopKey } from "@latchkey/sdk";
 *
 * const { privateKey } = await createDpopKey();
 * console.log(privateKey.algorithm.name, privateKey.extractable); // ECDSA false
 * ```
 */
export function createDpopKey({
  extractable = false,
}: { readonly extractable?: boolean | undefined } = {}): Promise<CryptoKeyPair> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  return crypto.subtle.generateKey(algorithm, extractable, ["sign", "verify"]);
}

/**
 * Returns an extractable key pair as JSON, for another process of this program. It is a secret:
 * tokens that are bound to the key are safe only as long as the key is.
 *
 * @example
 * ```ts
 * import { createDpopKey, exportDpopKey } from "@latchkey/sdk";
 *
 * const jwk = await exportDpopKey(await createDpopKey({ extractable: true }));
 * console.log(jwk.kty, jwk.crv, typeof jwk.d); // EC P-256 string
 * ```
 */
export function exportDpopKey({ privateKey }: CryptoKeyPair): Promise<JsonWebKey> {
  return crypto.subtle.exportKey("jwk", privateKey);
}

/** The members of a JWK that only a private key has, or that limit the use of one. */
const PRIVATE_MEMBERS: ReadonlySet<string> = new Set("d p q dp dq qi oth key_ops ext".split(" "));

/** Returns the public members of a key. */
export const publicJwk = (jwk: JsonWebKey): JWK =>
  Object.fromEntries(Object.entries(jwk).filter(([name]) => !PRIVATE_MEMBERS.has(name)));

/**
 * Returns the key pair that `exportDpopKey` has written. It can't be exported again.
 *
 * @example
 * ```ts
 * import { createDpopKey, createLatchkey, exportDpopKey, importDpopKey } from "@latchkey/sdk";
 *
 * const kept = JSON.stringify(await exportDpopKey(await createDpopKey({ extractable: true })));
 * const bound = createLatchkey({
 *   baseUrl: "http://127.0.0.1:8080",
 *   clientId: "my-client",
 *   clientSecret: "my-secret",
 *   dpop: await importDpopKey(JSON.parse(kept)),
 * });
 * const response = await bound.fetch("http://127.0.0.1:8080/v1/users?username=ada");
 * console.log(response.status); // 200
 * ```
 */
export async function importDpopKey(jwk: JsonWebKey): Promise<CryptoKeyPair> {
  const alg = algorithmOfJwk(jwk);
  const { key_ops: _, ext: __, ...secret } = jwk;
  if (secret.d === undefined) throw new Error("the JWK has no private key");
  return {
    privateKey: (await importJWK(secret as JWK, alg, { extractable: false })) as CryptoKey,
    publicKey: (await importJWK(publicJwk(jwk), alg, { extractable: true })) as CryptoKey,
  };
}

import { createPrivateKey, generateKeyPair, type JsonWebKey, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { CompactEncrypt, compactDecrypt } from "jose";
import type { Clock } from "../../clock.ts";
import { newId } from "../../ids.ts";
import type { SigningKey, SigningKeyAlgorithm } from "../../model.ts";

/** How many bits an RSA key may have. */
export type RsaBits = 2048 | 3072;

const generate = promisify(generateKeyPair);

/**
 * Makes a key pair of an algorithm. An RSA key of 2048 bits is what every library of OpenID Connect
 * takes; one of 3072 bits is as strong as ES256, but costs 2.7 times as much at each signature.
 */
export async function makeKey(
  algorithm: SigningKeyAlgorithm,
  { clock, sealing, rsaBits }: { clock: Clock; sealing: Buffer; rsaBits: RsaBits },
): Promise<SigningKey> {
  const kid = newId(clock);
  const { publicKey, privateKey } =
    algorithm === "ES256"
      ? await generate("ec", { namedCurve: "P-256" })
      : await generate("rsa", { modulusLength: rsaBits });
  const privateJwk = JSON.stringify(privateKey.export({ format: "jwk" }));
  const sealedJwk = await new CompactEncrypt(new TextEncoder().encode(privateJwk))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid })
    .encrypt(sealing);
  const publicJwk = JSON.stringify({
    ...publicKey.export({ format: "jwk" }),
    kid,
    use: "sig",
    alg: algorithm,
  });
  return { kid, algorithm, publicJwk, sealedJwk, createdAt: clock.now() };
}

/** Opens a private key; rejects unless it was encrypted with this key. */
export async function openKey(sealedJwk: string, sealing: Buffer): Promise<KeyObject> {
  const { plaintext } = await compactDecrypt(sealedJwk, sealing).catch((cause: unknown) => {
    throw new Error(
      "the signing key cannot be opened: " +
        "the server's secret is not the one that it was encrypted with",
      { cause },
    );
  });
  const key = JSON.parse(new TextDecoder().decode(plaintext)) as JsonWebKey;
  return createPrivateKey({ key, format: "jwk" });
}

/** Returns whether a stored private key was encrypted with this key. */
export const opensSigningKey = (sealedJwk: string, sealing: Buffer): Promise<boolean> =>
  openKey(sealedJwk, sealing).then(
    () => true,
    () => false,
  );

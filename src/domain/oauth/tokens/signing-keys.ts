// The keys that JWTs are signed with. It owns their making, sealing and rotation and must not know
// what is signed.
import { CompactEncrypt, compactDecrypt, exportJWK, generateKeyPair, importJWK } from "jose";
import type { CryptoKey, JWK } from "jose";
import { auditEvent } from "../../audit.ts";
import type { RequestContext } from "../../request-context.ts";
import type { Clock } from "../../clock.ts";
import { newId } from "../../ids.ts";
import type { SigningKey } from "../../model.ts";
import type { Store } from "../../store.ts";

/** The algorithm of every JWT: short, quick and in every library. */
export const SIGNING_ALGORITHM = "ES256";
/**
 * A new key is shown for so long before it signs: whoever keeps the public keys has asked for them
 * again by then. Most libraries do after 5 or 10 minutes.
 */
const ANNOUNCED_MS = 15 * 60_000;
/**
 * A retired key still verifies what was signed with it before, for as long as a session can live,
 * and a day for clocks that differ.
 */
const RETIRED_MS = 31 * 86_400_000;

/** A public key as RFC 7517 shows it. */
export interface PublicJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
  readonly kid: string;
}

export class SigningKeys {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #sealingKey: Buffer;
  /** The opened private key, as long as it is the one in use. */
  #opened: { readonly kid: string; readonly key: CryptoKey } | undefined;

  constructor(store: Store, clock: Clock, sealingKey: Buffer) {
    this.#store = store;
    this.#clock = clock;
    this.#sealingKey = sealingKey;
  }

  /** Makes the first key, if there is none; of many processes that start at once, one does. */
  async ensure(): Promise<void> {
    if ((await this.#store.signingKeys.list()).length === 0)
      await this.#store.signingKeys.insertFirst(await this.#make());
    // Fails here, at the start, when the server's secret is not the one that the key was sealed
    // with.
    await this.signer();
  }

  /**
   * The public keys that may have signed a JWT which is still good, or are about to, the newest
   * first.
   */
  async publicKeys(): Promise<readonly PublicJwk[]> {
    const keys = await this.#store.signingKeys.list();
    const since = this.#clock.now() - RETIRED_MS;
    return keys
      .filter((key) => key.retiredAt === undefined || key.retiredAt > since)
      .map((key) => JSON.parse(key.publicJwk) as PublicJwk);
  }

  /**
   * The key that signs now: the oldest that is not retired, as the ones after it may not be known
   * everywhere.
   */
  async signer(): Promise<{ readonly kid: string; readonly key: CryptoKey }> {
    const now = this.#clock.now();
    const current = (await this.#store.signingKeys.list()).findLast(
      (key) => key.retiredAt === undefined || key.retiredAt > now,
    );
    if (current === undefined) throw new Error("there is no signing key");
    if (this.#opened?.kid === current.kid) return this.#opened;
    const { plaintext } = await compactDecrypt(current.sealedJwk, this.#sealingKey).catch(
      (cause: unknown) => {
        throw new Error(
          "the signing key cannot be opened: the server's secret is not the one it was sealed with",
          { cause },
        );
      },
    );
    const key = await importJWK(
      JSON.parse(new TextDecoder().decode(plaintext)) as JWK,
      SIGNING_ALGORITHM,
    );
    this.#opened = { kid: current.kid, key: key as CryptoKey };
    return this.#opened;
  }

  /**
   * Makes a new key, which signs from the moment that the ones before retire. Every process sees
   * both in the database, so none has to be told.
   */
  async rotate(
    context: RequestContext,
  ): Promise<{ readonly kid: string; readonly signsFrom: number }> {
    const key = await this.#make();
    const signsFrom = key.createdAt + ANNOUNCED_MS;
    await this.#store.transaction(async ({ signingKeys, audit }) => {
      for (const { kid } of await signingKeys.list()) await signingKeys.retire(kid, signsFrom);
      await signingKeys.insert(key);
      await audit.append(
        auditEvent(this.#clock, context, "key.rotate", { details: { kid: key.kid } }),
      );
    });
    return { kid: key.kid, signsFrom };
  }

  async #make(): Promise<SigningKey> {
    const kid = newId(this.#clock);
    const pair = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
    const privateJwk = new TextEncoder().encode(JSON.stringify(await exportJWK(pair.privateKey)));
    const sealedJwk = await new CompactEncrypt(privateJwk)
      .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid })
      .encrypt(this.#sealingKey);
    const publicJwk = JSON.stringify({
      ...(await exportJWK(pair.publicKey)),
      kid,
      use: "sig",
      alg: SIGNING_ALGORITHM,
    });
    return { kid, publicJwk, sealedJwk, createdAt: this.#clock.now() };
  }
}

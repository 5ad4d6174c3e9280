import { DAY, MINUTE } from "../../durations.ts";
import { CompactEncrypt, compactDecrypt, exportJWK, generateKeyPair, importJWK } from "jose";
import type { CryptoKey, JWK } from "jose";
import { auditEvent } from "../../audit.ts";
import type { RequestContext } from "../../request-context.ts";
import type { Clock } from "../../clock.ts";
import { newId } from "../../ids.ts";
import type { SigningKey } from "../../model.ts";
import type { Store } from "../../store.ts";

/** The algorithm of every JWT: short, fast and supported by every library. */
export const SIGNING_ALGORITHM = "ES256";
/**
 * How long the server publishes a new key before it signs. Meanwhile clients that cache the public
 * keys fetch them again: most libraries do after 5 or 10 minutes.
 */
const ANNOUNCED_MS = 15 * MINUTE;
/**
 * How long a retired key still verifies JWTs: the longest life of a session, and a day for clocks
 * that differ.
 */
const RETIRED_MS = 31 * DAY;

/** A public key in the form of RFC 7517. */
export interface PublicJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
  readonly kid: string;
}

/** Returns whether a stored private key was encrypted with this key. */
export const opensSigningKey = (sealedJwk: string, encryptionKey: Buffer): Promise<boolean> =>
  compactDecrypt(sealedJwk, encryptionKey).then(
    () => true,
    () => false,
  );

/** The keys that sign JWTs. The store has the private keys encrypted. */
export class SigningKeys {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #encryptionKey: Buffer;
  /** The decrypted private key that was last in use. */
  #opened: { readonly kid: string; readonly key: CryptoKey } | undefined;

  constructor(store: Store, clock: Clock, encryptionKey: Buffer) {
    this.#store = store;
    this.#clock = clock;
    this.#encryptionKey = encryptionKey;
  }

  /** Makes the first key if there is none. Of several processes that start, one makes it. */
  async ensure(): Promise<void> {
    if ((await this.#store.signingKeys.list()).length === 0)
      await this.#store.signingKeys.insertFirst(await this.#make());
    // Fails at the start if the server's secret is not the one that the key was encrypted with.
    await this.signer();
  }

  /**
   * Returns the public keys of JWTs that may still be valid, and of the next key. The newest comes
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
   * Returns the key that signs now: the one that retires first, because some clients may not have
   * fetched newer ones. The times of creation don't decide: the clock may have been put back.
   */
  async signer(): Promise<{ readonly kid: string; readonly key: CryptoKey }> {
    const now = this.#clock.now();
    const [current] = (await this.#store.signingKeys.list())
      .filter(({ retiredAt = Infinity }) => retiredAt > now)
      .toReversed()
      .sort(({ retiredAt: one = Infinity }, { retiredAt: other = Infinity }) =>
        one === other ? 0 : one - other,
      );
    if (current === undefined) throw new Error("there is no signing key");
    if (this.#opened?.kid === current.kid) return this.#opened;
    const { plaintext } = await compactDecrypt(current.sealedJwk, this.#encryptionKey).catch(
      (cause: unknown) => {
        throw new Error(
          "the signing key cannot be opened: " +
            "the server's secret is not the one that it was encrypted with",
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
   * Makes a new key, which signs as soon as the earlier ones retire. Every process reads both from
   * the database, so none needs a notification.
   */
  async rotate(
    context: RequestContext,
  ): Promise<{ readonly kid: string; readonly signsFrom: number }> {
    const key = await this.#make();
    const signsFrom = key.createdAt + ANNOUNCED_MS;
    await this.#store.transaction(async ({ signingKeys, audit }) => {
      for (const { kid, retiredAt = Infinity } of await signingKeys.list())
        if (retiredAt > signsFrom) await signingKeys.retire(kid, signsFrom);
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
      .encrypt(this.#encryptionKey);
    const publicJwk = JSON.stringify({
      ...(await exportJWK(pair.publicKey)),
      kid,
      use: "sig",
      alg: SIGNING_ALGORITHM,
    });
    return { kid, publicJwk, sealedJwk, createdAt: this.#clock.now() };
  }
}

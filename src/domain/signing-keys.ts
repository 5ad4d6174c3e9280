// The keys that JWTs are signed with. It owns their making, sealing and rotation and must not know what is signed.
import { CompactEncrypt, compactDecrypt, exportJWK, generateKeyPair, importJWK } from "jose";
import type { CryptoKey, JWK } from "jose";
import type { Clock } from "./clock.ts";
import { newId } from "./clock.ts";
import type { SigningKey } from "./model.ts";
import type { Store } from "./store.ts";

/** The algorithm of every JWT: short, quick and in every library. */
export const SIGNING_ALGORITHM = "ES256";
/** A retired key still verifies what was signed with it before, for as long as a session can live. */
const RETIRED_MS = 30 * 86_400_000;

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
    if ((await this.#store.signingKeys.list()).length === 0) await this.#store.signingKeys.insertFirst(await this.#make());
    // Fails here, at the start, when the server's secret is not the one that the key was sealed with.
    await this.signer();
  }

  /** The public keys that may have signed a JWT which is still good, the one in use first. */
  async publicKeys(): Promise<readonly PublicJwk[]> {
    const keys = await this.#store.signingKeys.list();
    const since = this.#clock.now() - RETIRED_MS;
    return keys.filter((key) => key.retiredAt === undefined || key.retiredAt > since).map((key) => JSON.parse(key.publicJwk) as PublicJwk);
  }

  /** The key that signs now. */
  async signer(): Promise<{ readonly kid: string; readonly key: CryptoKey }> {
    const current = (await this.#store.signingKeys.list()).find((key) => key.retiredAt === undefined);
    if (current === undefined) throw new Error("there is no signing key");
    if (this.#opened?.kid === current.kid) return this.#opened;
    const { plaintext } = await compactDecrypt(current.sealedJwk, this.#sealingKey).catch((cause: unknown) => {
      throw new Error("the signing key cannot be opened: the server's secret is not the one it was sealed with", { cause });
    });
    const key = await importJWK(JSON.parse(new TextDecoder().decode(plaintext)) as JWK, SIGNING_ALGORITHM);
    this.#opened = { kid: current.kid, key: key as CryptoKey };
    return this.#opened;
  }

  /** Puts a new key in use; the ones before still verify. */
  async rotate(): Promise<void> {
    const before = await this.#store.signingKeys.list();
    await this.#store.signingKeys.insert(await this.#make());
    for (const key of before.filter(({ retiredAt }) => retiredAt === undefined)) await this.#store.signingKeys.retire(key.kid, this.#clock.now());
  }

  async #make(): Promise<SigningKey> {
    const kid = newId(this.#clock);
    const pair = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
    const privateJwk = new TextEncoder().encode(JSON.stringify(await exportJWK(pair.privateKey)));
    const sealedJwk = await new CompactEncrypt(privateJwk).setProtectedHeader({ alg: "dir", enc: "A256GCM", kid }).encrypt(this.#sealingKey);
    const publicJwk = JSON.stringify({ ...(await exportJWK(pair.publicKey)), kid, use: "sig", alg: SIGNING_ALGORITHM });
    return { kid, publicJwk, sealedJwk, createdAt: this.#clock.now() };
  }
}

import { type KeyObject, sign } from "node:crypto";
import { asciiJson } from "../../ascii-json.ts";
import { auditEvent } from "../../audit.ts";
import { joining, onOwnTime } from "../../call-time.ts";
import type { Clock } from "../../clock.ts";
import { DAY, MINUTE, SECOND } from "../../durations.ts";
import type { SigningKey, SigningKeyAlgorithm } from "../../model.ts";
import type { RequestContext } from "../../request-context.ts";
import type { Store } from "../../store.ts";
import { type JwtSigner, SIGNING_ALGORITHMS } from "./jwt-signer.ts";
import { makeKey, openKey, type RsaBits } from "./key-pairs.ts";

/**
 * How long the server publishes a new key before it signs. Meanwhile clients that cache the public
 * keys fetch them again: most libraries do after 5 or 10 minutes.
 */
const ANNOUNCED_MS = 15 * MINUTE;
/**
 * How long a retired key still verifies JWTs: the longest life of a session, and a day for clocks
 * that differ.
 */
export const RETIRED_MS = 31 * DAY;
/**
 * How long the keys are kept in memory. A key that another process makes is published so much
 * later, which is little of the time for which it is announced.
 */
const KEPT_MS = 5 * SECOND;

/** A public key in the form of RFC 7517: of an elliptic curve, or RSA. */
export type PublicJwk = { readonly kid: string; readonly kty: string; readonly alg: string } & (
  | { readonly crv: string; readonly x: string; readonly y: string }
  | { readonly n: string; readonly e: string }
);

/** A private key that is ready to sign. */
interface Signer {
  readonly kid: string;
  readonly key: KeyObject;
  /** The encoded headers of its JWTs, by `typ`. */
  readonly headers: Map<string, string>;
}

/** The keys as they were in the store at a time. */
interface Kept {
  readonly at: number;
  readonly keys: readonly SigningKey[];
  readonly published: readonly PublicJwk[];
  /** The keys that sign, and until when. */
  readonly chosen: Map<SigningKeyAlgorithm, { readonly signer: Signer; readonly until: number }>;
}

export interface SigningKeysOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** What the store has the private keys encrypted with. */
  readonly encryptionKey: Buffer;
  /** The length of new RSA keys. */
  readonly rsaBits: RsaBits;
}

/** The keys that sign JWTs: one of an elliptic curve and one of RSA sign at a time. */
export class SigningKeys implements JwtSigner {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #pairs: Parameters<typeof makeKey>[1];
  #kept: Kept | undefined;
  #reading: Promise<Kept> | undefined;
  /** The private keys that were last in use. */
  readonly #opened = new Map<SigningKeyAlgorithm, Signer>();

  constructor({ store, clock, encryptionKey, rsaBits }: SigningKeysOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#pairs = { clock, sealing: encryptionKey, rsaBits };
  }

  /**
   * Makes the first key of each algorithm that has none. Of several processes that start, one makes
   * it. An installation of a version that had no RSA key gets one here.
   */
  async ensure(): Promise<void> {
    const { keys } = await this.#current();
    const missing = SIGNING_ALGORITHMS.filter((each) =>
      keys.every(({ algorithm }) => algorithm !== each),
    );
    await Promise.all(
      missing.map(async (algorithm) =>
        this.#store.signingKeys.insertFirst(await makeKey(algorithm, this.#pairs)),
      ),
    );
    this.#forget();
    // Fails at the start if the server's secret is not the one that a key was encrypted with.
    for (const algorithm of SIGNING_ALGORITHMS) await this.signer(algorithm);
  }

  /**
   * Returns the public keys of JWTs that may still be valid, and of the next keys: those of ES256,
   * then those of RS256, the newest of each first. Returns the same list while nothing has changed
   * in memory.
   */
  async publicKeys(): Promise<readonly PublicJwk[]> {
    return (await this.#current()).published;
  }

  /** The same, if it is in memory. */
  get publicKeysInMemory(): readonly PublicJwk[] | undefined {
    return this.#isFresh(this.#kept) ? this.#kept.published : undefined;
  }

  /**
   * Returns the key of an algorithm that signs now: the one that retires first, because some
   * clients may not have fetched newer ones. The times of creation don't decide: the clock may have
   * been put back.
   */
  async signer(algorithm: SigningKeyAlgorithm): Promise<Signer> {
    const { keys, chosen } = this.#isFresh(this.#kept) ? this.#kept : await this.#current();
    const now = this.#clock.now();
    const known = chosen.get(algorithm);
    if (known !== undefined && now < known.until) return known.signer;
    const [current] = keys
      .filter((key) => key.algorithm === algorithm && (key.retiredAt ?? Infinity) > now)
      .toReversed()
      .sort(({ retiredAt: one = Infinity }, { retiredAt: other = Infinity }) =>
        one === other ? 0 : one - other,
      );
    if (current === undefined) throw new Error(`there is no signing key of ${algorithm}`);
    const signer = await this.#open(current);
    chosen.set(algorithm, { signer, until: current.retiredAt ?? Infinity });
    return signer;
  }

  async #open({ kid, algorithm, sealedJwk }: SigningKey): Promise<Signer> {
    const opened = this.#opened.get(algorithm);
    if (opened?.kid === kid) return opened;
    const key = await openKey(sealedJwk, this.#pairs.sealing);
    const signer = { kid, key, headers: new Map<string, string>() };
    this.#opened.set(algorithm, signer);
    return signer;
  }

  async sign(algorithm: SigningKeyAlgorithm, claims: object, typ: string): Promise<string> {
    const { kid, key, headers } = await this.signer(algorithm);
    let header = headers.get(typ);
    if (header === undefined) {
      header = base64url(JSON.stringify({ typ, alg: algorithm, kid }));
      headers.set(typ, header);
    }
    const input = `${header}.${base64url(asciiJson(claims))}`;
    // Both algorithms hash by SHA-256. An RSA signature has PKCS #1's padding (RFC 7518 section
    // 3.3), an elliptic one is two numbers side by side (section 3.4). In the thread of JavaScript:
    // the others hash passwords, and a signature would wait behind them.
    const signature = sign("sha256", Buffer.from(input, "latin1"), {
      key,
      dsaEncoding: "ieee-p1363",
    });
    return `${input}.${signature.toString("base64url")}`;
  }

  /**
   * Makes a new key of each algorithm, which signs as soon as the earlier ones retire. Every
   * process reads both from the database, so none needs a notification.
   */
  async rotate(
    context: RequestContext,
    algorithms = SIGNING_ALGORITHMS,
  ): Promise<{ readonly keys: readonly SigningKey[]; readonly signsFrom: number }> {
    const keys = await Promise.all(algorithms.map((each) => makeKey(each, this.#pairs)));
    const signsFrom = Math.max(...keys.map(({ createdAt }) => createdAt)) + ANNOUNCED_MS;
    await this.#store.transaction(async ({ signingKeys, audit }) => {
      for (const key of await signingKeys.list())
        if (algorithms.includes(key.algorithm) && (key.retiredAt ?? Infinity) > signsFrom)
          await signingKeys.retire(key, signsFrom);
      for (const key of keys) {
        await signingKeys.insert(key);
        const details = { kid: key.kid, algorithm: key.algorithm };
        await audit.append(auditEvent(this.#clock, context, "key.rotate", { details }));
      }
    });
    this.#forget();
    return { keys, signsFrom };
  }

  /** Returns the keys in memory, or reads them; of several calls that wait, one reads. */
  #current(): Promise<Kept> {
    if (this.#isFresh(this.#kept)) return Promise.resolve(this.#kept);
    if (this.#reading !== undefined) return joining(this.#reading);
    const reading = onOwnTime(() => this.#read()).then(
      (kept) => {
        // A rotation meanwhile has changed what was read.
        if (this.#reading === reading) [this.#kept, this.#reading] = [kept, undefined];
        return kept;
      },
      (error: unknown) => {
        if (this.#reading === reading) this.#reading = undefined;
        throw error;
      },
    );
    return joining((this.#reading = reading));
  }

  async #read(): Promise<Kept> {
    const at = this.#clock.now();
    const keys = await this.#store.signingKeys.list();
    const published = keys
      .filter(({ retiredAt = Infinity }) => retiredAt > at - RETIRED_MS)
      .map(({ publicJwk }) => JSON.parse(publicJwk) as PublicJwk);
    return { at, keys, published, chosen: new Map() };
  }

  #isFresh(kept: Kept | undefined): kept is Kept {
    const age = this.#clock.now() - (kept?.at ?? Infinity);
    // A clock that was put back says nothing of the age.
    return age >= 0 && age < KEPT_MS;
  }

  #forget(): void {
    this.#kept = this.#reading = undefined;
  }
}

const base64url = (text: string): string => Buffer.from(text, "latin1").toString("base64url");

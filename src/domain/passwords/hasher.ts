import { IdentityError } from "../errors.ts";
import { type Instrumentation, type Load, noInstrumentation } from "../instrumentation.ts";
import { ConcurrencyLimiter, type Place } from "../security/concurrency-limiter.ts";
import { placeOf } from "../security/networks.ts";
import type { Requester } from "../security/ticket.ts";
import { type Argon2, loadFastest, PARAMETERS } from "./argon2-packages.ts";
import { readPasswordHash } from "./hashes/formats.ts";
import { refusal, type StoredHash } from "./hashes/stored-hash.ts";
import { hashOnce, type Verdict, verdictOnce } from "./hashing-once.ts";
import type { SealedTexts } from "../security/sealed-texts.ts";
import {
  isWaiting,
  openWaiting,
  openWrapped,
  portableText,
  readPortable,
  type Wrapped,
  waitingText,
  wrappedText,
} from "./wrapped-hash.ts";
import { isLongPassword } from "./policy.ts";

/** The most that wait for each hashing slot. */
const PLACES_PER_SLOT = 20;
/** How long the work of all that wait may take: fewer may wait on a slow or busy machine. */
const WAIT_MS = 400;

/**
 * A hash to check a password against when there is no user, so that it takes the same time. No
 * password is known that has it: all bytes of its salt and its digest are 0.
 */
const DECOY =
  `$argon2id$v=19$m=${PARAMETERS.memoryCost},t=${PARAMETERS.timeCost},p=${PARAMETERS.parallelism}` +
  `$${"A".repeat(22)}$${"A".repeat(43)}`;

/** A place in the queue for a hashing slot. Each method waits for a slot. */
export interface HashingPlace extends Pick<Place, "markKnown"> {
  /** Returns a PHC string with a new salt. */
  hash(password: string): Promise<string>;
  /** The same of bytes that are no password, such as the digest of another system. */
  hashBytes(bytes: Buffer): Promise<string>;
  /**
   * Checks a password against a hash; it never matches an absent or unreadable one. An unknown
   * user, a wrong password and a right one whose hash has to be replaced each cost one argon2 of
   * ours, so that the time reveals nothing.
   */
  verify(hash: string | undefined, password: string): Promise<Verdict>;
}

interface HasherDependencies {
  /** Opens the hashes of other systems that are kept sealed; absent where there are none. */
  readonly seals?: SealedTexts;
  readonly argon2: Argon2;
  readonly limiter: ConcurrencyLimiter;
  readonly instrumentation: Instrumentation;
}

/** Hashes and checks passwords, at most as many at once as there are cores. */
export class PasswordHasher {
  readonly #argon2: Argon2;
  readonly #limiter: ConcurrencyLimiter;
  readonly #instrumentation: Instrumentation;

  readonly #seals: SealedTexts | undefined;

  private constructor({ argon2, limiter, instrumentation, seals }: HasherDependencies) {
    this.#argon2 = argon2;
    this.#seals = seals;
    this.#limiter = limiter;
    this.#instrumentation = instrumentation;
  }

  /** Loads the fastest package that works here, for this many cores. */
  static async create(
    cores: number,
    instrumentation: Instrumentation = noInstrumentation,
    load: () => Promise<Argon2> = loadFastest,
  ): Promise<PasswordHasher> {
    const argon2 = await load();
    const limiter = new ConcurrencyLimiter({
      slots: cores,
      places: cores * PLACES_PER_SLOT,
      waitMs: WAIT_MS,
      onRefused: () => instrumentation.hashRefused(),
    });
    return new PasswordHasher({ argon2, limiter, instrumentation });
  }

  /** Returns a hasher that seals quick hashes; it shares the slots with this one. */
  withSeals(seals: SealedTexts): PasswordHasher {
    return new PasswordHasher({
      argon2: this.#argon2,
      limiter: this.#limiter,
      instrumentation: this.#instrumentation,
      seals,
    });
  }

  /** How many hashes run and how many calls have a place. */
  get load(): Load {
    return this.#limiter.load;
  }

  /** Returns whether a call from an address may get a place. If not, reject it at once. */
  hasPlaceFor(address: string): boolean {
    return this.#limiter.hasPlaceFor(placeOf(address));
  }

  /**
   * Takes a place for a call before the call costs anything else, and frees it at the end. Rejects
   * with OVERLOADED when there is none.
   */
  withPlace<T>(requester: Requester, work: (place: HashingPlace) => Promise<T>): Promise<T> {
    return this.#limiter.within(requester, (place) =>
      work({
        markKnown: () => place.markKnown(),
        hash: async (password) => {
          const bytes = bytesOf(password);
          const make = () => this.#instrumentation.hash(() => this.#argon2.hash(bytes));
          return hashOnce(password, () => place.run(make));
        },
        hashBytes: (bytes) =>
          place.run(() => this.#instrumentation.hash(() => this.#argon2.hash(bytes))),
        verify: async (hash, password) => {
          const bytes = bytesOf(password);
          const check = () => this.#instrumentation.hash(() => this.#check(hash, bytes));
          return verdictOnce(hash, password, () => place.run(check));
        },
      }),
    );
  }

  /**
   * Returns what is stored of another system's hash: a quick one waits sealed until it is wrapped.
   * Rejects a hash that `verify` could not check, or only at too high a cost.
   */
  storable(hash: string): string {
    const portable = readPortable(hash);
    if (portable !== undefined && this.#seals !== undefined) {
      const { template, phc } = portable;
      if (this.#read(template).quick === undefined || !isOurs(phc))
        throw refusal("is argon2id over a digest whose rule can't be read");
      return wrappedText(this.#seals, template, phc);
    }
    const { quick } = this.#read(hash);
    return quick === undefined || this.#seals === undefined ? hash : waitingText(this.#seals, hash);
  }

  /**
   * Returns a waiting hash as one that may stay: argon2id over the old digest, with the rule and
   * the salt sealed beside it. Undefined for a hash that doesn't wait, or that can't be opened.
   */
  async wrapped(place: HashingPlace, stored: string): Promise<string | undefined> {
    const seals = this.#seals;
    const opened = isWaiting(stored) && seals ? openWaiting(seals, stored) : undefined;
    const quick = opened === undefined ? undefined : this.#readable(opened)?.quick;
    return (
      quick &&
      seals &&
      wrappedText(seals, quick.template, await place.hashBytes(digestText(quick.digest)))
    );
  }

  /** Returns a stored hash as it was imported while it waits; another one as it is. */
  asImported(stored: string): string {
    return (isWaiting(stored) ? this.#openWaiting(stored) : undefined) ?? stored;
  }

  /** Returns a stored hash as `storable` takes it, also with another server's secret. */
  portable(stored: string): string {
    const parts = this.#seals && openWrapped(this.#seals, stored);
    return parts === undefined ? this.asImported(stored) : portableText(parts);
  }

  /** Returns whether a stored hash was made of this hash of another system. */
  isMadeOf(stored: string, hash: string): Promise<boolean> {
    const seals = this.#seals;
    if (stored === hash) return Promise.resolve(true);
    if (seals === undefined) return Promise.resolve(false);
    if (isWaiting(stored)) return Promise.resolve(openWaiting(seals, stored) === hash);
    const parts = openWrapped(seals, stored);
    const portable = readPortable(hash);
    if (portable !== undefined)
      return Promise.resolve(parts?.template === portable.template && parts.phc === portable.phc);
    const quick = this.#readable(hash)?.quick;
    return parts !== undefined && quick?.template === parts.template
      ? this.#argon2.verify(parts.phc, digestText(quick.digest))
      : Promise.resolve(false);
  }

  /** Returns whether a hash is of our own format and cost, and no other system's. */
  isOurs(hash: string): boolean {
    return isOurs(hash);
  }

  async #check(hash: string | undefined, password: Buffer): Promise<Verdict> {
    const wrapped = hash === undefined ? undefined : this.#openWrapped(hash);
    if (wrapped !== undefined) return this.#checkWrapped(wrapped, password);
    const plain = hash !== undefined && isWaiting(hash) ? this.#openWaiting(hash) : hash;
    const stored = plain === undefined ? undefined : this.#readable(plain);
    const matches = (await stored?.check(password)) ?? false;
    if (plain !== undefined && stored !== undefined && isOurs(plain))
      return { matches, stronger: undefined };
    if (matches) return { matches, stronger: await this.#argon2.hash(password) };
    await this.#argon2.verify(DECOY, password);
    return { matches, stronger: undefined };
  }

  /** Checks argon2id over the digest of another system: one argon2 of ours, as for our own. */
  async #checkWrapped({ template, phc }: Wrapped, password: Buffer): Promise<Verdict> {
    const digest = await this.#readable(template)?.quick?.digestOf(password);
    const matches = await this.#argon2.verify(phc, digest ? digestText(digest) : password);
    return digest !== undefined && matches
      ? { matches, stronger: await this.#argon2.hash(password) }
      : { matches: false, stronger: undefined };
  }

  #openWrapped(stored: string): Wrapped | undefined {
    return this.#seals && openWrapped(this.#seals, stored);
  }

  #openWaiting(stored: string): string | undefined {
    return this.#seals && openWaiting(this.#seals, stored);
  }

  #read(hash: string): StoredHash {
    return readPasswordHash(hash, (phc, password) => this.#argon2.verify(phc, password));
  }

  #readable(hash: string): StoredHash | undefined {
    try {
      return this.#read(hash);
    } catch {
      return undefined;
    }
  }
}

/**
 * Returns whether a hash is argon2id with at least today's parameters. Any other hash is replaced,
 * and checking it takes a different time.
 */
function isOurs(hash: string): boolean {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(hash);
  return (
    match !== null &&
    Number(match[1]) >= PARAMETERS.memoryCost &&
    Number(match[2]) >= PARAMETERS.timeCost
  );
}

/** Returns what is wrapped of a digest: one of the argon2 packages takes only UTF-8. */
const digestText = (digest: Buffer): Buffer => Buffer.from(digest.toString("base64"));

function bytesOf(password: string): Buffer {
  if (isLongPassword(password))
    throw new IdentityError("FIELD_INVALID", "The password is too long.");
  return Buffer.from(password);
}

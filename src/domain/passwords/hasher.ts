// Passwords: what they may be, and their hashes. It owns the policy and argon2, and must not know
// whose they are. Hashes that were made elsewhere are read by password-hashes/.
import { placeOf } from "../principal.ts";
import { IdentityError } from "../errors.ts";
import type { Requester } from "../security/fair-queue.ts";
import { isGuessable, judge, undecorated } from "./guessable-passwords.ts";
import { ConcurrencyLimiter, type Place } from "../security/concurrency-limiter.ts";
import { type Load, type Instrumentation, noInstrumentation } from "../instrumentation.ts";
import type { User } from "../model.ts";
import { readPasswordHash } from "./hashes/formats.ts";
import type { StoredHash } from "./hashes/stored-hash.ts";

/**
 * RFC 9106 and OWASP: 19 MiB, two passes, one lane. A stored hash of less is replaced at the next
 * sign-in.
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The longest password that is hashed at all. */
export const MAX_PASSWORD_BYTES = 1024;
export const MIN_PASSWORD_CHARACTERS = 8;

/**
 * Half a second of work for each lane, at 25 ms a hash: what a slow core takes, or one that has
 * other work too.
 */
const PLACES_PER_LANE = 20;

/** One of the two argon2 packages. */
export interface Argon2 {
  hash(password: Buffer): Promise<string>;
  verify(phc: string, password: Buffer): Promise<boolean>;
}

/** The package with AVX2, three times as fast; exists only where its binary does. */
export async function loadNodeRsArgon2(): Promise<Argon2> {
  const { hash, verify } = await import("@node-rs/argon2");
  return {
    hash: (password) => hash(password, PARAMETERS),
    verify: (phc, password) => verify(phc, password),
  };
}

/** The package that compiles everywhere. */
export async function loadArgon2(): Promise<Argon2> {
  const { hash, verify } = (await import("argon2")).default;
  // It writes the parameters in the order of the alphabet; the one of the PHC string format is that
  // of the specification.
  const canonical = (phc: string): string =>
    phc.replace(/\$(m=\d+),(p=\d+),(t=\d+)\$/, "$$$1,$3,$2$$");
  return {
    hash: async (password) => canonical(await hash(password, PARAMETERS)),
    verify: (phc, password) => verify(phc, password),
  };
}

const loadFastest = (): Promise<Argon2> => loadNodeRsArgon2().catch(() => loadArgon2());

/**
 * Our own names, which are guessed first here and nowhere else, alone or with figures and signs
 * around them.
 */
const OUR_NAMES: ReadonlySet<string> = new Set([
  "latchkey",
  "kokids",
  "secretpair",
  "zimoxy",
  "senler",
]);

/** What is wrong with a new password. */
export type PasswordRule = "short" | "long" | "common" | "personal";

/** Whose password it is to be. */
type Owner = Pick<User, "email" | "username">;

/** A character of JavaScript has a byte at least. */
const isLongPassword = (password: string): boolean =>
  password.length > MAX_PASSWORD_BYTES || Buffer.byteLength(password) > MAX_PASSWORD_BYTES;

/**
 * Refuses a new password that is too easy to guess. No rules of composition: length is what counts.
 * `field` is what the request calls it.
 */
export function checkNewPassword(password: string, owner: Owner, field = "password"): void {
  const refuse = (rule: PasswordRule, why: string): never => {
    throw new IdentityError("PASSWORD_UNACCEPTABLE", `The password ${why}.`, {
      fields: [{ field, description: why, rule }],
    });
  };
  if (isLongPassword(password)) refuse("long", `is longer than ${MAX_PASSWORD_BYTES} bytes`);
  if ([...password].length < MIN_PASSWORD_CHARACTERS)
    refuse("short", `needs at least ${MIN_PASSWORD_CHARACTERS} characters`);
  const lower = password.toLowerCase();
  const names = namesOf(owner);
  const isPersonal = [lower, ...undecorated(lower)].some((word) => names.includes(word));
  if (isPersonal || OUR_NAMES.has(lower.replaceAll(/\P{L}/gu, "")))
    refuse("personal", "is the user's address or name, or this service's");
  if (isGuessable(password))
    refuse(
      "common",
      "is one of the first that are tried: a common word, a row of keys, a run or a repeat",
    );
}

const namesOf = ({ email, username }: Owner): string[] =>
  [email, email.slice(0, email.lastIndexOf("@")), username].map((name) => name.toLowerCase());

/** What came of checking a password. */
export interface Verdict {
  readonly matches: boolean;
  /**
   * A hash to replace the one that was checked, when that is weaker than ours or another format's.
   */
  readonly stronger: string | undefined;
}

/** A place among those who wait for a lane. Each method takes a turn. */
export interface HashingPlace extends Pick<Place, "markKnown"> {
  /** A PHC string with a new salt. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the one of the hash; no, without a hash or with one that can't be read.
   * An unknown user, a wrong password and a right one whose hash has to be replaced cost one argon2
   * of ours each, whatever the hash is.
   */
  verify(hash: string | undefined, password: string): Promise<Verdict>;
}

/** Hashes and checks passwords, never more at once than there are cores. */
export class PasswordHasher {
  readonly #argon2: Argon2;
  readonly #lanes: ConcurrencyLimiter;
  readonly #instrumentation: Instrumentation;
  /** What a password is checked against when there is no user, so that it takes the same time. */
  readonly #nobody: string;

  private constructor(
    argon2: Argon2,
    lanes: ConcurrencyLimiter,
    instrumentation: Instrumentation,
    nobody: string,
  ) {
    this.#argon2 = argon2;
    this.#lanes = lanes;
    this.#instrumentation = instrumentation;
    this.#nobody = nobody;
  }

  /** Loads the fastest package there is, for this many cores. */
  static async create(
    cores: number,
    instrumentation: Instrumentation = noInstrumentation,
    load: () => Promise<Argon2> = loadFastest,
  ): Promise<PasswordHasher> {
    const argon2 = await load();
    setImmediate(judge);
    const lanes = new ConcurrencyLimiter({
      lanes: cores,
      places: cores * PLACES_PER_LANE,
      onRefused: () => instrumentation.hashRefused(),
    });
    return new PasswordHasher(
      argon2,
      lanes,
      instrumentation,
      await argon2.hash(Buffer.from("nobody's password")),
    );
  }

  /** How many hashes run and how many calls have a place. */
  get load(): Load {
    return this.#lanes.load;
  }

  /**
   * Whether a call from an address may get a place; when not, it is refused before it costs
   * anything else.
   */
  hasPlaceFor(address: string): boolean {
    return this.#lanes.hasPlaceFor(placeOf(address));
  }

  /**
   * Takes a place for a call before it costs anything else, and leaves it at the end; OVERLOADED
   * when there is none.
   */
  withPlace<T>(requester: Requester, work: (place: HashingPlace) => Promise<T>): Promise<T> {
    return this.#lanes.within(requester, (place) =>
      work({
        markKnown: () => place.markKnown(),
        hash: async (password) => {
          const bytes = bytesOf(password);
          return place.run(() => this.#instrumentation.hash(() => this.#argon2.hash(bytes)));
        },
        verify: async (hash, password) => {
          const bytes = bytesOf(password);
          return place.run(() => this.#instrumentation.hash(() => this.#check(hash, bytes)));
        },
      }),
    );
  }

  /** Refuses a hash that `verify` could not check, or only at too high a cost. */
  checkHash(hash: string): void {
    this.#read(hash);
  }

  async #check(hash: string | undefined, password: Buffer): Promise<Verdict> {
    const stored = hash === undefined ? undefined : this.#readable(hash);
    const matches = (await stored?.check(password)) ?? false;
    if (hash !== undefined && stored !== undefined && isOurs(hash))
      return { matches, stronger: undefined };
    if (matches) return { matches, stronger: await this.#argon2.hash(password) };
    await this.#argon2.verify(this.#nobody, password);
    return { matches, stronger: undefined };
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
 * Whether a hash is argon2id with today's parameters at least: any other is replaced, and checking
 * it costs something else.
 */
function isOurs(hash: string): boolean {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(hash);
  return (
    match !== null &&
    Number(match[1]) >= PARAMETERS.memoryCost &&
    Number(match[2]) >= PARAMETERS.timeCost
  );
}

function bytesOf(password: string): Buffer {
  if (isLongPassword(password))
    throw new IdentityError("FIELD_INVALID", "The password is too long.");
  return Buffer.from(password);
}

// Passwords: what they may be, and their hashes. It owns the policy and argon2, and must not know whose they are. Hashes that
// were made elsewhere are read by password-hashes/.
import { dictionary } from "@zxcvbn-ts/language-common";
import { IdentityError } from "./errors.ts";
import { Lanes } from "./lanes.ts";
import { type Load, type Meter, unmetered } from "./meter.ts";
import type { User } from "./model.ts";
import { readPasswordHash } from "./password-hashes/formats.ts";
import type { StoredHash } from "./password-hashes/stored-hash.ts";

/** RFC 9106 and OWASP: 19 MiB, two passes, one lane. A stored hash of less is replaced at the next sign-in. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The longest password that is hashed at all. */
export const MAX_PASSWORD_BYTES = 1024;
export const MIN_PASSWORD_CHARACTERS = 8;

/** Half a second of work for each lane, at about 12 ms a hash on a slow core. */
const PLACES_PER_LANE = 20;

/** The passwords that are tried first, most of them from breaches; in lower case. */
const COMMON: ReadonlySet<string> = new Set(dictionary["passwords-common"].filter((password) => password.length >= MIN_PASSWORD_CHARACTERS));

/** One of the two argon2 packages. */
export interface Argon2 {
  hash(password: Buffer): Promise<string>;
  verify(phc: string, password: Buffer): Promise<boolean>;
}

/** The package with AVX2, three times as fast; exists only where its binary does. */
export async function loadNodeRsArgon2(): Promise<Argon2> {
  const { hash, verify } = await import("@node-rs/argon2");
  return { hash: (password) => hash(password, PARAMETERS), verify: (phc, password) => verify(phc, password) };
}

/** The package that compiles everywhere. */
export async function loadArgon2(): Promise<Argon2> {
  const { hash, verify } = (await import("argon2")).default;
  // It writes the parameters in the order of the alphabet; the one of the PHC string format is that of the specification.
  const canonical = (phc: string): string => phc.replace(/\$(m=\d+),(p=\d+),(t=\d+)\$/, "$$$1,$3,$2$$");
  return { hash: async (password) => canonical(await hash(password, PARAMETERS)), verify: (phc, password) => verify(phc, password) };
}

const loadFastest = (): Promise<Argon2> => loadNodeRsArgon2().catch(() => loadArgon2());

/** Our own names, which are guessed first here and nowhere else, alone or with figures and signs around them. */
const OUR_NAMES: ReadonlySet<string> = new Set(["latchkey", "kokids", "secretpair", "zimoxy", "senler"]);

/** What is wrong with a new password. */
export type PasswordRule = "short" | "long" | "common" | "personal";

/** Whose password it is to be. */
type Owner = Pick<User, "email" | "username">;

/** A character of JavaScript has a byte at least. */
const isLongPassword = (password: string): boolean => password.length > MAX_PASSWORD_BYTES || Buffer.byteLength(password) > MAX_PASSWORD_BYTES;

/** Refuses a new password that is too easy to guess. No rules of composition: length is what counts. `field` is what the request calls it. */
export function checkNewPassword(password: string, owner: Owner, field = "password"): void {
  const refuse = (rule: PasswordRule, why: string): never => {
    throw new IdentityError("PASSWORD_UNACCEPTABLE", `The password ${why}.`, { fields: [{ field, description: why, rule }] });
  };
  if (isLongPassword(password)) refuse("long", `is longer than ${MAX_PASSWORD_BYTES} bytes`);
  if ([...password].length < MIN_PASSWORD_CHARACTERS) refuse("short", `needs at least ${MIN_PASSWORD_CHARACTERS} characters`);
  const lower = password.toLowerCase();
  if (COMMON.has(lower)) refuse("common", "is one of the most common ones");
  if (namesOf(owner).includes(lower) || OUR_NAMES.has(lower.replaceAll(/\P{L}/gu, ""))) refuse("personal", "is the user's address or name, or this service's");
}

const namesOf = ({ email, username }: Owner): string[] => [email, email.slice(0, email.lastIndexOf("@")), username].map((name) => name.toLowerCase());

/** Hashes and checks passwords, never more at once than there are cores. */
export class PasswordHasher {
  readonly #argon2: Argon2;
  readonly #lanes: Lanes;
  readonly #meter: Meter;
  /** What a password is checked against when there is no user, so that it takes the same time. */
  readonly #nobody: string;

  private constructor(argon2: Argon2, lanes: Lanes, meter: Meter, nobody: string) {
    this.#argon2 = argon2;
    this.#lanes = lanes;
    this.#meter = meter;
    this.#nobody = nobody;
  }

  /** Loads the fastest package there is, for this many cores. */
  static async create(cores: number, meter: Meter = unmetered, load: () => Promise<Argon2> = loadFastest): Promise<PasswordHasher> {
    const argon2 = await load();
    return new PasswordHasher(argon2, new Lanes(cores, cores * PLACES_PER_LANE), meter, await argon2.hash(Buffer.from("nobody's password")));
  }

  /** How many hashes run and how many wait. */
  get load(): Load {
    return this.#lanes.load;
  }

  /** Refuses a call that needs a password hashed while there is no place for it, before it costs anything else. */
  requirePlace(): void {
    try {
      this.#lanes.requirePlace();
    } catch (error) {
      this.#meter.hashRefused();
      throw error;
    }
  }

  /** A PHC string with a new salt. */
  hash(password: string, expired: () => boolean): Promise<string> {
    return this.#run(() => this.#argon2.hash(bytesOf(password)), expired);
  }

  /** Refuses a hash that `verify` could not check, or only at too high a cost. */
  checkHash(hash: string): void {
    this.#read(hash);
  }

  /** Whether the password is the one of the hash. Without a hash, or with one that can't be read: no, after the time that one of ours takes. */
  async verify(hash: string | undefined, password: string, expired: () => boolean): Promise<boolean> {
    return this.#run(async () => {
      const bytes = bytesOf(password);
      const stored = hash === undefined ? undefined : this.#readable(hash);
      const matches = (await stored?.check(bytes)) ?? false;
      if (stored === undefined || stored.isQuick) await this.#argon2.verify(this.#nobody, bytes);
      return matches;
    }, expired);
  }

  /** Whether the hash was made with less than today's parameters, or with another algorithm. */
  isOutdated(phc: string): boolean {
    const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(phc);
    return match === null || Number(match[1]) < PARAMETERS.memoryCost || Number(match[2]) < PARAMETERS.timeCost;
  }

  #run<T>(work: () => Promise<T>, expired: () => boolean): Promise<T> {
    this.requirePlace();
    return this.#lanes.run(() => this.#meter.hash(work), expired);
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

function bytesOf(password: string): Buffer {
  if (isLongPassword(password)) throw new IdentityError("FIELD_INVALID", "The password is too long.");
  return Buffer.from(password);
}

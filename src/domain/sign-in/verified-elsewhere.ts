import type { User } from "../model.ts";
import type { PasswordHasher } from "../passwords/hasher.ts";
import type { RequestContext } from "../request-context.ts";
import { ownWork } from "../security/concurrency-limiter.ts";
import { equalSecrets } from "../security/tokens.ts";
import type { Store } from "../store.ts";
import type { Credentials } from "./credentials.ts";
import type { PasswordSource } from "./elsewhere.ts";

/** The port to a system that knows the passwords of users who came without one. */
export interface PasswordVerifier {
  /** Returns whether the password is right; false when the system can't be asked. */
  verify(user: {
    readonly email: string;
    readonly username: string;
    readonly password: string;
  }): Promise<boolean>;
}

interface VerifiedElsewhereDependencies {
  readonly store: Store;
  readonly hasher: PasswordHasher;
  readonly verifier: PasswordVerifier;
}

/**
 * Asks another system about the password of a user who was imported without one. A right password
 * is kept, so that the system is never asked about this user again.
 */
export class VerifiedElsewhere implements PasswordSource {
  readonly #store: Store;
  readonly #hasher: PasswordHasher;
  readonly #verifier: PasswordVerifier;

  constructor({ store, hasher, verifier }: VerifiedElsewhereDependencies) {
    this.#store = store;
    this.#hasher = hasher;
    this.#verifier = verifier;
  }

  async ask(
    _context: RequestContext,
    { password, accId }: Credentials,
    user: User | undefined,
  ): Promise<User | undefined> {
    if (user === undefined || user.passwordHash !== "") return undefined;
    if (accId !== undefined && !equalSecrets(user.accId, accId)) return undefined;
    const { email, username } = user;
    if (!(await this.#verifier.verify({ email, username, password }))) return undefined;
    const passwordHash = await this.#hasher.withPlace(ownWork, (place) => place.hash(password));
    // Another sign-in, a reset or the predecessor may have given one meanwhile.
    if (await this.#store.users.rehash(user.id, "", passwordHash)) return { ...user, passwordHash };
    return this.#store.users.find(user.id);
  }
}

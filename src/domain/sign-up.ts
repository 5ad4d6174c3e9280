// Registration by oneself, in a browser. It owns the silence about who is registered already,
// and must not know what the page looks like.
import type { Context } from "./caller.ts";
import { networkOf } from "./caller.ts";
import type { Clock } from "./clock.ts";
import { IdentityError } from "./errors.ts";
import type { Letters } from "./letters.ts";
import { emailKey } from "./names.ts";
import type { PasswordHasher } from "./passwords.ts";
import type { Store } from "./store.ts";
import { countTry } from "./throttle.ts";
import type { NewUser, Users } from "./users.ts";

/** From one network; offices and schools share one. */
const LIMIT = { tries: 100, windowMs: 10 * 60_000 };

export class SignUp {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #users: Users;
  readonly #hasher: PasswordHasher;
  readonly #letters: Letters;

  constructor(store: Store, clock: Clock, users: Users, hasher: PasswordHasher, letters: Letters) {
    this.#store = store;
    this.#clock = clock;
    this.#users = users;
    this.#hasher = hasher;
    this.#letters = letters;
  }

  /**
   * Registers a user. For an address that somebody has already, the answer and the time it takes are the same,
   * and its owner is told by mail: only who reads the mailbox learns that there is an account.
   */
  async register(context: Context, input: Pick<NewUser, "realm" | "username" | "email" | "password">): Promise<void> {
    await countTry(this.#store, this.#clock, `sign-up:network:${networkOf(context.address)}`, LIMIT);
    // Before anything else, or a name that is taken would tell whether the address is.
    if (input.username !== "" && (await this.#store.users.findByUsername(input.realm, input.username)) !== undefined) {
      throw new IdentityError("USERNAME_TAKEN", "Another user has this name.");
    }
    try {
      await this.#users.create(context, { ...input, enforcePasswordPolicy: true });
    } catch (error) {
      if (!(error instanceof IdentityError) || error.reason !== "EMAIL_TAKEN") throw error;
      await this.#hasher.hash(input.password, () => context.expired());
      const owner = await this.#store.users.findByEmail(input.realm, emailKey(input.email) ?? "");
      if (owner !== undefined) await this.#letters.alreadyRegistered(owner);
    }
  }
}

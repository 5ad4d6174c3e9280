// Registration by oneself, in a browser. It owns the silence about who is registered already,
// and must not know what the page looks like.
import type { Context } from "./caller.ts";
import { networkOf } from "./caller.ts";
import type { Clock } from "./clock.ts";
import type { EmailVerification } from "./email-verification.ts";
import { IdentityError } from "./errors.ts";
import { lookOf } from "./names.ts";
import type { PasswordHasher } from "./passwords.ts";
import type { Store } from "./store.ts";
import { countTry } from "./throttle.ts";
import type { NewUser, Users } from "./users.ts";

/** From one network; offices and schools share one. */
const LIMIT = { tries: 100, windowMs: 10 * 60_000 };
/** How long a name that was asked for with a taken address is taken too: else the same form, sent again, would tell the address. */
const NAME_MS = 24 * 60 * 60_000;

export class SignUp {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #users: Users;
  readonly #hasher: PasswordHasher;
  readonly #verification: EmailVerification;

  constructor(store: Store, clock: Clock, users: Users, hasher: PasswordHasher, verification: EmailVerification) {
    this.#store = store;
    this.#clock = clock;
    this.#users = users;
    this.#hasher = hasher;
    this.#verification = verification;
  }

  /**
   * Registers a user and sends a letter to the address. For one that somebody has already, the answer and the time it takes
   * are the same, and the letter is another one: only who reads the mailbox learns that there is an account.
   */
  async register(context: Context, input: Pick<NewUser, "realm" | "username" | "email" | "password">): Promise<void> {
    await countTry(this.#store, this.#clock, `sign-up:network:${networkOf(context.address)}`, LIMIT);
    const nameKey = `sign-up:name:${input.realm}:${lookOf(input.username)}`;
    // Before anything else, or a name that is taken would tell whether the address is.
    await this.#users.refuseTakenName(input.realm, input.username);
    if (input.username !== "" && (await this.#store.attempts.count(nameKey, this.#clock.now())) > 0) throw new IdentityError("USERNAME_TAKEN", "Another user has this name.");
    try {
      this.#verification.welcome(context, await this.#users.create(context, { ...input, enforcePasswordPolicy: true }));
    } catch (error) {
      if (!(error instanceof IdentityError) || error.reason !== "EMAIL_TAKEN") throw error;
      await this.#hasher.hash(input.password, () => context.expired());
      await this.#store.attempts.take(nameKey, 1, NAME_MS, this.#clock.now());
      this.#verification.tellOwner(context, input.realm, input.email);
    }
  }
}

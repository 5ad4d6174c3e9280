// Registration by oneself, in a browser. It owns the silence about who is registered already,
// and must not know what the page looks like.
import type { Context } from "./caller.ts";
import type { Clock } from "./clock.ts";
import type { EmailVerification } from "./email-verification.ts";
import { IdentityError } from "./errors.ts";
import type { HashingPlace } from "./passwords.ts";
import type { Registrations } from "./registrations.ts";
import type { Store } from "./store.ts";
import type { NewUser, Users } from "./users.ts";

/** How long a name that was asked for with a taken address is taken too: else the same form, sent again, would tell the address. */
const NAME_MS = 24 * 60 * 60_000;

export class SignUp {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #users: Users;
  readonly #registrations: Registrations;
  readonly #verification: EmailVerification;

  constructor(store: Store, clock: Clock, users: Users, registrations: Registrations, verification: EmailVerification) {
    this.#store = store;
    this.#clock = clock;
    this.#users = users;
    this.#registrations = registrations;
    this.#verification = verification;
  }

  /**
   * Registers a user and sends a letter to the address. For one that somebody has already, the answer and the time it takes
   * are the same, and the letter is another one: only who reads the mailbox learns that there is an account.
   */
  register(context: Context, input: Pick<NewUser, "realm" | "username" | "email" | "password">): Promise<void> {
    return this.#registrations.attempt(context, undefined, (place) => this.#register(context, place, input));
  }

  async #register(context: Context, place: HashingPlace, input: Pick<NewUser, "realm" | "username" | "email" | "password">): Promise<void> {
    const nameKey = `sign-up:name:${input.realm}:${input.username}`;
    // Before anything else, or a name that is taken would tell whether the address is.
    if (input.username !== "" && ((await this.#store.users.findByUsername(input.realm, input.username)) !== undefined || (await this.#store.attempts.count(nameKey, this.#clock.now())) > 0)) {
      throw new IdentityError("USERNAME_TAKEN", "Another user has this name.");
    }
    try {
      this.#verification.welcome(context, await this.#users.create(context, { ...input, enforcePasswordPolicy: true }, place));
    } catch (error) {
      if (!(error instanceof IdentityError) || error.reason !== "EMAIL_TAKEN") throw error;
      await place.hash(input.password);
      await this.#store.attempts.take(nameKey, 1, NAME_MS, this.#clock.now());
      this.#verification.tellOwner(context, input.realm, input.email);
    }
  }
}

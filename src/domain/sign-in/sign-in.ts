import { emailKey } from "../accounts/email-address.ts";
import { findByAddress, findByName } from "../accounts/find-user.ts";
import { RESTORABLE_MS } from "../accounts/user-state.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import { type Instrumentation, noInstrumentation } from "../instrumentation.ts";
import type { User } from "../model.ts";
import type { RequestContext } from "../request-context.ts";
import type { Store } from "../store.ts";
import {
  accountNameOf,
  type Credentials,
  type Open,
  type PasswordCheck,
} from "./password-check.ts";

interface SignInDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly passwordCheck: PasswordCheck;
  readonly instrumentation?: Instrumentation | undefined;
}

export class SignIn {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #passwordCheck: PasswordCheck;
  readonly #instrumentation: Instrumentation;

  constructor({
    store,
    clock,
    passwordCheck,
    instrumentation = noInstrumentation,
  }: SignInDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#passwordCheck = passwordCheck;
    this.#instrumentation = instrumentation;
  }

  /**
   * Checks the password and returns its user. It takes the same time for an unknown user, a locked
   * user and a wrong password. `open` prepares what the password opens; its result records that in
   * the transaction of the sign-in.
   */
  async check(context: RequestContext, credentials: Credentials, open?: Open): Promise<User> {
    try {
      const checked = await this.#passwordCheck.withPlace(context, credentials, async (place) => {
        const user = await this.#find(credentials);
        const account = user?.id ?? accountNameOf(credentials);
        return this.#passwordCheck.check(context, place, {
          account,
          user,
          credentials,
          ...(open !== undefined && { open }),
        });
      });
      this.#instrumentation.signedIn("");
      return checked;
    } catch (error) {
      this.#instrumentation.signedIn(error instanceof IdentityError ? error.reason : "INTERNAL");
      throw error;
    }
  }

  async #find({ realm, identifier, mayReturn }: Credentials): Promise<User | undefined> {
    const { users } = this.#store;
    const known =
      "username" in identifier ? identifier : { emailKey: emailKey(identifier.email) ?? "" };
    const user = await ("username" in identifier
      ? findByName(users, realm, identifier.username)
      : findByAddress(users, realm, identifier.email));
    // Looked up in every case, so that the time reveals nothing.
    const left =
      mayReturn === undefined
        ? undefined
        : await users.findLeft(realm, known, this.#clock.now() - RESTORABLE_MS);
    return user ?? left;
  }
}

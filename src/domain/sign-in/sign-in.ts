import { findByAddress, findByName, findWithCheck, searchedBy } from "../accounts/find-user.ts";
import { RESTORABLE_MS } from "../accounts/user-state.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import { type Instrumentation, noInstrumentation } from "../instrumentation.ts";
import type { User } from "../model.ts";
import type { RequestContext } from "../request-context.ts";
import { networkOf } from "../security/networks.ts";
import type { Store } from "../store.ts";
import type { Credentials } from "./credentials.ts";
import { accountNameOf, type Open, type PasswordCheck } from "./password-check.ts";

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
        const { user, isKnown } = await this.#find(credentials, networkOf(context.address));
        const account = user?.id ?? accountNameOf(credentials);
        return this.#passwordCheck.check(context, place, {
          account,
          user,
          credentials,
          isKnown,
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

  /** Finds the user, and whether the user is known to have signed in from the network. */
  async #find(
    { realm, identifier, mayReturn }: Credentials,
    network: string,
  ): Promise<{ user: User | undefined; isKnown?: boolean }> {
    const { users } = this.#store;
    if (mayReturn === undefined) {
      const found = await findWithCheck(users, { realm, identifier, network });
      return { user: found?.user, isKnown: found?.lastCheck !== undefined };
    }
    const known = searchedBy(identifier);
    const user = await ("username" in identifier
      ? findByName(users, realm, identifier.username)
      : findByAddress(users, realm, identifier.email));
    // Looked up in every case, so that the time reveals nothing.
    const left = await users.findDeleted(realm, known, this.#clock.now() - RESTORABLE_MS, true);
    return { user: user ?? left };
  }
}

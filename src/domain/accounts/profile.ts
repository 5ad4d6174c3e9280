import type { RequestContext } from "../request-context.ts";
import { callingUser, isRecent } from "../principal.ts";
import type { Clock } from "../clock.ts";
import type { EmailVerification } from "./email-verification.ts";
import { IdentityError } from "../errors.ts";
import type { User } from "../model.ts";
import { checkUsername } from "./usernames.ts";
import { parseEmail } from "./email-address.ts";
import type { UserUpdate } from "./changes/update-user.ts";
import type { Users } from "./users.ts";

interface ProfilesDependencies {
  readonly clock: Clock;
  readonly users: Users;
  readonly emailVerification: EmailVerification;
}

/** Updates of users by themselves, and by clients of administrators. */
export class Profiles {
  readonly #clock: Clock;
  readonly #users: Users;
  readonly #verification: EmailVerification;

  constructor({ clock, users, emailVerification }: ProfilesDependencies) {
    this.#clock = clock;
    this.#users = users;
    this.#verification = emailVerification;
  }

  /**
   * Changes the given values. For a calling user, a new address gets a link and becomes the user's
   * only when the link is followed. The response is the same if another user has the address. All
   * other changes are made regardless of the address.
   */
  async update(context: RequestContext, id: string, { email, ...rest }: UserUpdate): Promise<User> {
    const user = callingUser(context.caller);
    if (user === undefined) return this.#users.update(context, id, { ...rest, email });
    if (rest.username !== undefined) checkUsername(rest.username);
    const send = email === undefined ? undefined : await this.#admit(context, user, email);
    const changes = Object.values(rest).some((value) => value !== undefined);
    const changed = await (changes ? this.#users.update(context, id, rest) : this.#users.get(id));
    send?.();
    return changed;
  }

  /** Returns the function that sends the link; undefined for the user's current address. */
  async #admit(
    context: RequestContext,
    user: User,
    email: string,
  ): Promise<(() => void) | undefined> {
    const { caller } = context;
    const wanted = parseEmail(email);
    if (wanted.key === user.emailKey) return undefined;
    if (caller.kind === "user" && !isRecent(caller.session, this.#clock.now())) {
      throw new IdentityError(
        "REAUTHENTICATION_REQUIRED",
        "Sign in again to change the e-mail address.",
      );
    }
    return this.#verification.admitChange(context, wanted);
  }
}

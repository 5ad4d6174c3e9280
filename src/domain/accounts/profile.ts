// What users change of themselves by a call, and administrators' clients of others. It owns that a
// user's new address waits for its link and tells nothing of who has it, and must not know how
// either is kept.
import type { RequestContext } from "../principal.ts";
import { callingUser, isRecent } from "../principal.ts";
import type { Clock } from "../clock.ts";
import type { EmailVerification } from "./email-verification.ts";
import { IdentityError } from "../errors.ts";
import type { User } from "../model.ts";
import { checkUsername, parseEmail } from "./identifiers.ts";
import type { Users, UserUpdate } from "./users.ts";

export class Profiles {
  readonly #clock: Clock;
  readonly #users: Users;
  readonly #verification: EmailVerification;

  constructor(clock: Clock, users: Users, verification: EmailVerification) {
    this.#clock = clock;
    this.#users = users;
    this.#verification = verification;
  }

  /**
   * Changes what is given. For a caller who is a user, a new address gets a link and is not the
   * user's before that is followed; the answer is the same whether another user has it. All else is
   * decided without a look at the address.
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

  /** What sends the letter; nothing for the address that the user has already. */
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

import { act, isSelf, touch } from "../acting.ts";
import { auditEvent } from "../audit.ts";
import type { UserUpdate } from "../accounts/changes/update-user.ts";
import { changeUser, wrongState } from "../accounts/changes/change-user.ts";
import type { ProfileUpdate } from "../accounts/attributes/user-profile.ts";
import { checkAccId } from "../accounts/new-user.ts";
import type { PasswordReset } from "../accounts/password-reset.ts";
import type { Users } from "../accounts/users.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import type { Answers, Keep } from "../idempotency/answers.ts";
import type { User } from "../model.ts";
import { actorOf, type Principal } from "../principal.ts";
import type { RequestContext } from "../request-context.ts";
import type { SignInRateLimiter } from "../security/sign-in-rate-limiter.ts";
import type { Store } from "../store.ts";
import { isAdministrator } from "./administrators.ts";

/** A user whom an administrator registers. */
export interface AdministeredUser {
  readonly realm: string;
  readonly username: string;
  readonly email: string;
  /** Undefined: the user sets it by a link in an e-mail. */
  readonly password: string | undefined;
  readonly accId: string;
  readonly developer: boolean;
  readonly profile?: ProfileUpdate | undefined;
}

export interface UserAdministrationDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly users: Users;
  readonly passwordReset: PasswordReset;
  readonly rateLimiter: SignInRateLimiter;
  readonly answers: Answers;
}

/** Rejects users, and applications that act for a user. */
function requireAdministration(caller: Principal): void {
  if (caller.kind === "client" || caller.kind === "operator" || isAdministrator(caller)) return;
  throw new IdentityError("PERMISSION_DENIED", "Only an administrator can do this.");
}

/**
 * What administrators do to users, on the pages and through clients with the scope. The pages ask
 * for a recent password before, see `AdminActions`.
 */
export class UserAdministration {
  readonly #dependencies: UserAdministrationDependencies;

  constructor(dependencies: UserAdministrationDependencies) {
    this.#dependencies = dependencies;
  }

  /** Registers a user. Without a password, the user gets an e-mail with a link that sets it. */
  async create(context: RequestContext, input: AdministeredUser): Promise<User> {
    requireAdministration(context.caller);
    return this.#dependencies.answers.once<User>(
      context,
      { caller: actorOf(context.caller) },
      (keep) => this.#create(context, input, keep),
    );
  }

  async #create(
    context: RequestContext,
    input: AdministeredUser,
    keep: Keep<User> | undefined,
  ): Promise<User> {
    const { users, passwordReset } = this.#dependencies;
    const { password, developer, profile, ...given } = input;
    checkAccId(given.accId);
    const hasNoPassword = password === undefined;
    if (hasNoPassword) passwordReset.requirePlace();
    const user = await users.create(context, {
      ...given,
      password: password ?? "",
      enforcePasswordPolicy: true,
      keep: keep && ((tx, made) => keep.inside(tx, { ...made, passwordHash: "" })),
      ...((developer || hasNoPassword || profile !== undefined) && {
        given: { developer, emailVerified: false, hasNoPassword, profile },
      }),
    });
    if (hasNoPassword) await passwordReset.send(context, user.id);
    return user;
  }

  /** Changes a user at once. Administrators change their own account on its own pages. */
  async update(context: RequestContext, id: string, update: UserUpdate): Promise<User> {
    this.#requireOther(context, id);
    return this.#dependencies.users.update(context, id, update, true);
  }

  /**
   * Records that the user reads mail at the address. With `email`, only if it is the user's address
   * now. A verified address stays as it is.
   */
  async verifyEmail(context: RequestContext, id: string, email: string): Promise<User> {
    this.#requireOther(context, id);
    const { store, clock, users } = this.#dependencies;
    await act(store, context.caller, async (tx) => {
      const now = clock.now();
      const user = await touch(tx, context.caller, id);
      if (user.state === "deleted" || user.email === "")
        throw wrongState("The user is deleted or has no e-mail address.");
      if (email !== "" && email !== user.email)
        throw wrongState("This is no longer the user's e-mail address.");
      if (user.emailVerifiedAt !== undefined) return;
      if (!(await tx.users.verifyEmail(id, user.emailKey, user.epoch, now)))
        throw wrongState("The user has changed meanwhile.");
      await tx.audit.append(auditEvent(clock, context, "user.verify_email", { userId: id }));
    });
    return users.get(id);
  }

  /** Sends a link that sets a new password; the audit trail records it. */
  async sendPasswordReset(context: RequestContext, id: string): Promise<void> {
    this.#requireOther(context, id);
    await this.#dependencies.passwordReset.send(context, id);
  }

  /** Deletes a user softly. */
  delete(context: RequestContext, id: string): Promise<User> {
    requireAdministration(context.caller);
    return this.#dependencies.users.delete(context, id);
  }

  /**
   * Ends every session and token of a user at once. In an emergency an administrator also ends
   * those of another one on the pages, because it gives no access.
   */
  async endAccess(context: RequestContext, id: string): Promise<void> {
    requireAdministration(context.caller);
    await this.#dependencies.users.endAccess(context, id, isAdministrator(context.caller));
  }

  /** Resets the count of a user's wrong passwords, so that the user can sign in at once. */
  async forgetFailures(context: RequestContext, id: string): Promise<void> {
    requireAdministration(context.caller);
    const { rateLimiter } = this.#dependencies;
    await changeUser(this.#dependencies, context, id, {
      type: "user.forget_failures",
      change: async (tx) => (await rateLimiter.forgetAll(tx, id), true),
    });
  }

  #requireOther({ caller }: RequestContext, id: string): void {
    requireAdministration(caller);
    if (isSelf(caller, { id }))
      throw new IdentityError(
        "PERMISSION_DENIED",
        "Administrators change their own account on its own pages.",
      );
  }
}

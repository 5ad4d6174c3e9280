import { act, requireMayTouch, touch } from "../acting.ts";
import { auditEvent } from "../audit.ts";
import type { Clock } from "../clock.ts";
import { type Mailer, notify } from "../email/mailer.ts";
import { userNotFound } from "../errors.ts";
import type { User } from "../model.ts";
import { checkNewPassword } from "../passwords/policy.ts";
import { refuseDelegate, requireUser } from "../principal.ts";
import type { RequestContext } from "../request-context.ts";
import { type PasswordCheck, signInFailed } from "../sign-in/password-check.ts";
import type { Store } from "../store.ts";

interface PasswordChangeDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly passwordCheck: PasswordCheck;
  readonly mailer: Mailer;
}

export class PasswordChange {
  readonly #dependencies: PasswordChangeDependencies;

  constructor(dependencies: PasswordChangeDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Sets a new password. A user must give the current one; an administrator's client and the
   * operator need not.
   * Every other session and token ends, and the user gets an e-mail.
   */
  async change(
    context: RequestContext,
    userId: string,
    current: string,
    newPassword: string,
  ): Promise<User> {
    const { store, clock, passwordCheck } = this.#dependencies;
    const { caller } = context;
    refuseDelegate(caller);
    const user = await store.users.find(userId);
    if (user === undefined) throw userNotFound();
    // Checked before the expensive hash; `touch` below decides.
    requireMayTouch(caller, user);
    await checkNewPassword(newPassword, user, "new_password");
    // If the access of this user ends while the password is checked, the change fails too.
    const isAdministration = caller.kind === "client" || caller.kind === "operator";
    const epoch = isAdministration ? undefined : requireUser(caller).epoch;
    const credentials = { realm: user.realm, identifier: { email: user.email }, password: current };
    const passwordHash = await passwordCheck.withPlace(context, credentials, async (place) => {
      if (epoch !== undefined)
        await passwordCheck.check(context, place, {
          account: requireUser(caller).id,
          user,
          credentials,
        });
      return place.hash(newPassword);
    });
    const now = clock.now();
    const changed = await act(store, caller, async (tx) => {
      await touch(tx, caller, userId);
      const next = await tx.users.setPassword(userId, passwordHash, now, epoch);
      if (next === undefined) throw epoch === undefined ? userNotFound() : signInFailed();
      if (caller.kind === "user")
        await tx.sessions.carryOver(caller.session.id, caller.user.epoch, next);
      await tx.audit.append(auditEvent(clock, context, "user.change_password", { userId }));
      return { ...user, passwordHash, epoch: next, updatedAt: now };
    });
    notify(this.#dependencies, context, "password-changed", user);
    return changed;
  }
}

import { act, touch } from "../acting.ts";
import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../request-context.ts";
import { networkOf } from "../security/networks.ts";
import { requesterOf } from "../request-context.ts";
import type { Clock } from "../clock.ts";
import { wrongState } from "./changes/change-user.ts";
import { findByAddress, keyOfOwn } from "./find-user.ts";
import { endAllBefore } from "./first-confirmation.ts";
import type { Mailer } from "../email/mailer.ts";
import { notify } from "../email/mailer.ts";
import type { EmailTokens } from "../email/email-tokens.ts";
import type { User } from "../model.ts";
import { parseEmail } from "./email-address.ts";
import type { PendingSignUps } from "./pending-sign-ups.ts";
import type { PasswordHasher } from "../passwords/hasher.ts";
import { checkNewPassword } from "../passwords/policy.ts";
import type { Store } from "../store.ts";
import { MINUTE } from "../durations.ts";
import type { SignInRateLimiter } from "../security/sign-in-rate-limiter.ts";
import { countTry } from "../security/rate-limit.ts";
import { stateAt } from "./user-state.ts";

const WINDOW_MS = 15 * MINUTE;
/** From one network; all users of an office or a school share one. */
const PER_NETWORK = { tries: 60, windowMs: WINDOW_MS };
/** For one address, whether or not a user has it. */
const PER_ADDRESS = { tries: 5, windowMs: WINDOW_MS };

/** The user whose password a link can set. */
export interface ResetTarget {
  readonly email: string;
  /** Whether the account exists but its address has not been confirmed before. */
  readonly isFirst: boolean;
}

/** The user whose password was set. */
export interface ResetDone {
  readonly user: User;
  /** Whether the address was unconfirmed until now, so that everything granted before has ended. */
  readonly isFirst: boolean;
}

interface PasswordResetDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
  readonly rateLimiter: SignInRateLimiter;
  readonly emailTokens: EmailTokens;
  readonly mailer: Mailer;
  readonly pendingSignUps: PendingSignUps;
}

/** Sets a new password by a link in an e-mail, without revealing who is registered. */
export class PasswordReset {
  readonly #dependencies: PasswordResetDependencies;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #hasher: PasswordHasher;
  readonly #emailTokens: EmailTokens;
  readonly #mailer: Mailer;
  readonly #pending: PendingSignUps;

  constructor(dependencies: PasswordResetDependencies) {
    this.#dependencies = dependencies;
    this.#store = dependencies.store;
    this.#clock = dependencies.clock;
    this.#hasher = dependencies.hasher;
    this.#emailTokens = dependencies.emailTokens;
    this.#mailer = dependencies.mailer;
    this.#pending = dependencies.pendingSignUps;
  }

  /**
   * Sends a link to the user with this address, if there is one. Neither the response nor its time
   * reveals whether there is.
   */
  async request(context: RequestContext, realm: string, email: string): Promise<void> {
    const { key } = parseEmail(email);
    this.#mailer.requirePlace();
    await countTry(
      this.#store,
      this.#clock,
      `password-reset:network:${networkOf(context.address)}`,
      PER_NETWORK,
    );
    await countTry(this.#store, this.#clock, `password-reset:address:${realm}:${key}`, PER_ADDRESS);
    this.#mailer.enqueue(async () => {
      const user = await findByAddress(this.#store.users, realm, email);
      if (user === undefined) return this.#pending.writeReset(context, realm, key);
      // Sent to the registered address: one that only compares as equal may be another mailbox.
      return stateAt(user, this.#clock.now()) !== "active"
        ? undefined
        : this.#emailTokens.write(context, user, "reset-password");
    });
  }

  /** Rejects a request while too many e-mails wait, before any other work. */
  requirePlace(): void {
    this.#mailer.requirePlace();
  }

  /** Sends a link to an active user, for a caller who may change the user. */
  async send(context: RequestContext, id: string): Promise<void> {
    this.requirePlace();
    const user = await act(this.#store, context.caller, (tx) => touch(tx, context.caller, id));
    if (user.email === "" || stateAt(user, this.#clock.now()) !== "active")
      throw wrongState("The user is locked or deleted, or has no e-mail address.");
    const { realm, emailKey } = user;
    await countTry(
      this.#store,
      this.#clock,
      `password-reset:address:${realm}:${emailKey}`,
      PER_ADDRESS,
    );
    this.#mailer.enqueue(() => this.#emailTokens.write(context, user, "reset-password"));
  }

  /**
   * Returns the user whose password the token can set. Reading consumes nothing, so programs that
   * scan the links in e-mails do no harm.
   */
  async find(token: string): Promise<ResetTarget | undefined> {
    const user = (await this.#emailTokens.find(token, "reset-password"))?.user;
    if (user !== undefined)
      return { email: user.email, isFirst: user.emailVerifiedAt === undefined };
    const pending = await this.#pending.findReset(token);
    return pending && { email: pending.email, isFirst: false };
  }

  /**
   * Sets the new password, once for each link, and ends every session and token. If this proves the
   * address for the first time, everything granted before ends too. Returns undefined when the
   * token is no longer valid.
   */
  async reset(
    context: RequestContext,
    token: string,
    newPassword: string,
  ): Promise<ResetDone | undefined> {
    const found = await this.#emailTokens.find(token, "reset-password");
    if (found === undefined) return this.#complete(context, token, newPassword);
    const { link, user } = found;
    await checkNewPassword(newPassword, user);
    const passwordHash = await this.#hasher.withPlace(
      requesterOf(context, user.emailKey),
      (place) => place.hash(newPassword),
    );
    const now = this.#clock.now();
    const done = await this.#store.transaction(async (tx) => {
      if (!(await tx.mailLinks.redeem(link.hash))) return undefined;
      // If the user's access has ended while the password was hashed, this fails too.
      const epoch = await tx.users.setPassword(user.id, passwordHash, now, link.epoch);
      if (epoch === undefined) return undefined;
      // Read again, under the row lock that the new password has taken.
      const isFirst = (await tx.users.find(user.id))?.emailVerifiedAt === undefined;
      const ended = isFirst ? await endAllBefore(tx, this.#clock, context, user.id) : undefined;
      await tx.users.verifyEmail(user.id, keyOfOwn(user, link.email), epoch, now);
      // The caller has just set the password: the network is known, and its attempts are cleared.
      await tx.passwordChecks.record(user.id, networkOf(context.address), now);
      await this.#dependencies.rateLimiter.forget(tx, user.id, context.address);
      const details: Record<string, string> =
        ended === undefined
          ? {}
          : {
              first_confirmation: "true",
              ended_grants: String(ended.grants),
              ended_clients: String(ended.clients),
            };
      await tx.audit.append(
        auditEvent(this.#clock, context, "user.reset_password", { userId: user.id, details }),
      );
      return { user, isFirst };
    });
    if (done !== undefined)
      notify(
        this.#dependencies,
        context,
        done.isFirst ? "address-proven" : "password-changed",
        user,
      );
    return done;
  }

  /**
   * Creates the account of a pending registration with the new password: following the link
   * confirms its address.
   */
  async #complete(
    context: RequestContext,
    token: string,
    newPassword: string,
  ): Promise<ResetDone | undefined> {
    const pending = await this.#pending.findReset(token);
    if (pending === undefined) return undefined;
    await checkNewPassword(newPassword, pending);
    const passwordHash = await this.#hasher.withPlace(
      requesterOf(context, pending.emailKey),
      (place) => place.hash(newPassword),
    );
    const done = await this.#pending.reset(context, pending, passwordHash);
    return done && { user: done.user, isFirst: false };
  }
}

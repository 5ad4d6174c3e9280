// A new password for whoever has forgotten the old one. It owns the way by a link in a letter, and
// the silence about who is registered, and must not know what the pages look like.
import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../principal.ts";
import { networkOf, requesterOf } from "../principal.ts";
import type { Clock } from "../clock.ts";
import { findByAddress, keyOfOwn } from "./find-user.ts";
import { endAllBefore } from "./first-confirmation.ts";
import type { Mailer } from "../email/mailer.ts";
import { notify } from "../email/mailer.ts";
import type { EmailTokens } from "../email/email-tokens.ts";
import type { User } from "../model.ts";
import { parseEmail } from "./identifiers.ts";
import type { PendingSignUps } from "./pending-sign-ups.ts";
import type { PasswordHasher } from "../passwords/hasher.ts";
import { checkNewPassword } from "../passwords/hasher.ts";
import type { Store } from "../store.ts";
import type { SignInRateLimiter } from "../security/rate-limit.ts";
import { countTry } from "../security/rate-limit.ts";
import { stateAt } from "./users.ts";

const WINDOW_MS = 15 * 60_000;
/** From one network; offices and schools share one. */
const PER_NETWORK = { tries: 60, windowMs: WINDOW_MS };
/** For one address, whether anybody has it or not. */
const PER_ADDRESS = { tries: 5, windowMs: WINDOW_MS };

/** Whose password a link can set. */
export interface ResetTarget {
  readonly email: string;
  /** Whether that is the first proof of the address of an account that is there already. */
  readonly isFirst: boolean;
}

/** Whose password was set. */
export interface ResetDone {
  readonly user: User;
  /** Whether the address was unconfirmed until now, so that all that was given before has ended. */
  readonly isFirst: boolean;
}

export class PasswordReset {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #hasher: PasswordHasher;
  readonly #rateLimiter: SignInRateLimiter;
  readonly #links: EmailTokens;
  readonly #mailer: Mailer;
  readonly #pending: PendingSignUps;

  constructor(
    store: Store,
    clock: Clock,
    hasher: PasswordHasher,
    rateLimiter: SignInRateLimiter,
    links: EmailTokens,
    mailer: Mailer,
    pending: PendingSignUps,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#hasher = hasher;
    this.#rateLimiter = rateLimiter;
    this.#links = links;
    this.#mailer = mailer;
    this.#pending = pending;
  }

  /**
   * Has a link sent to the user with this address, if there is one: who asks learns nothing of
   * that, nor does a clock.
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
      // To the address that was registered: one that only compares as equal may be another mailbox.
      return stateAt(user, this.#clock.now()) !== "active"
        ? undefined
        : this.#links.write(context, user, "reset-password");
    });
  }

  /**
   * Whose password the token can set. Programs that look at the links in letters do no harm by it.
   */
  async find(token: string): Promise<ResetTarget | undefined> {
    const user = (await this.#links.find(token, "reset-password"))?.user;
    if (user !== undefined)
      return { email: user.email, isFirst: user.emailVerifiedAt === undefined };
    const pending = await this.#pending.findReset(token);
    return pending && { email: pending.email, isFirst: false };
  }

  /**
   * Sets the new password, once for each link; every session and token ends. If that is the first
   * proof of the address, so does all that was given before. Answers nothing when the token works
   * no more.
   */
  async reset(
    context: RequestContext,
    token: string,
    newPassword: string,
  ): Promise<ResetDone | undefined> {
    const found = await this.#links.find(token, "reset-password");
    if (found === undefined) return this.#complete(context, token, newPassword);
    const { link, user } = found;
    checkNewPassword(newPassword, user);
    const passwordHash = await this.#hasher.withPlace(
      requesterOf(context, user.emailKey),
      (place) => place.hash(newPassword),
    );
    const now = this.#clock.now();
    const done = await this.#store.transaction(async (tx) => {
      if (!(await tx.mailLinks.redeem(link.hash))) return undefined;
      // Whatever has ended the user's access while the password was hashed has also ended this.
      const epoch = await tx.users.setPassword(user.id, passwordHash, now, link.epoch);
      if (epoch === undefined) return undefined;
      // As it is now, under the lock that the new password has taken.
      const isFirst = (await tx.users.find(user.id))?.emailVerifiedAt === undefined;
      const ended = isFirst ? await endAllBefore(tx, this.#clock, context, user.id) : undefined;
      await tx.users.verifyEmail(user.id, keyOfOwn(user, link.email), epoch, now);
      // Whoever has just set the password knows it, and starts anew from here.
      await tx.passwordChecks.record(user.id, networkOf(context.address), now);
      await this.#rateLimiter.forget(tx, user.id, context.address);
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
        this.#mailer,
        this.#clock,
        context,
        done.isFirst ? "address-proven" : "password-changed",
        user.email,
      );
    return done;
  }

  /**
   * An account that waits for its address to be confirmed comes to be with the new password: the
   * reader of the link reads mail there.
   */
  async #complete(
    context: RequestContext,
    token: string,
    newPassword: string,
  ): Promise<ResetDone | undefined> {
    const pending = await this.#pending.findReset(token);
    if (pending === undefined) return undefined;
    checkNewPassword(newPassword, pending);
    const passwordHash = await this.#hasher.withPlace(
      requesterOf(context, pending.emailKey),
      (place) => place.hash(newPassword),
    );
    const done = await this.#pending.reset(context, pending, passwordHash);
    return done && { user: done.user, isFirst: false };
  }
}

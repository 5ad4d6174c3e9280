// Proving who one is with a password, and changing it. It owns the password check and its limits,
// and must not know what is opened with it.
import { act, requireMayTouch, touch } from "../acting.ts";
import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../principal.ts";
import { networkOf, refuseDelegate, requesterOf, requireUser } from "../principal.ts";
import type { Clock } from "../clock.ts";
import { IdentityError, userNotFound } from "../errors.ts";
import { findByAddress, findByName } from "../accounts/find-user.ts";
import type { Mailer } from "../email/mailer.ts";
import { notify } from "../email/mailer.ts";
import type { Instrumentation } from "../instrumentation.ts";
import { noInstrumentation } from "../instrumentation.ts";
import type { User } from "../model.ts";
import { emailKey } from "../accounts/identifiers.ts";
import type { HashingPlace, PasswordHasher } from "../passwords/hasher.ts";
import { checkNewPassword } from "../passwords/hasher.ts";
import type { Aggregates, Store } from "../store.ts";
import type { Partner, SignInRateLimiter } from "../security/rate-limit.ts";
import { equalSecrets } from "../security/tokens.ts";
import { RESTORABLE_MS, stateAt } from "../accounts/users.ts";

/** Who says to be whom, and how. */
export interface Credentials {
  readonly realm: string;
  /** Compared exactly, or as an e-mail address; never the one as the other. */
  readonly identifier: { readonly username: string } | { readonly email: string };
  readonly password: string;
  /**
   * Also finds who has deleted the account and may take that back: USER_STATE_CONFLICT, after the
   * right password only.
   */
  readonly mayReturn?: true;
  /** kokids: must be the one kept with the user. */
  readonly accId?: string;
  /**
   * The partner who asks for its user: the tries count for it too, and it comes from no network
   * that the user is known in.
   */
  readonly partner?: Partner;
}

/** What a right password opens: made first, recorded with the sign-in. */
export type Open = (user: User) => Promise<(tx: Aggregates) => Promise<void>>;

const opensNothing: Open = () => Promise.resolve(() => Promise.resolve());

/** One answer for an unknown user and for a wrong password. */
const failed = (): IdentityError =>
  new IdentityError("SIGN_IN_FAILED", "The user is unknown or the password is wrong.");

export class SignIn {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #hasher: PasswordHasher;
  readonly #rateLimiter: SignInRateLimiter;
  readonly #mailer: Mailer;
  readonly #instrumentation: Instrumentation;

  constructor(
    store: Store,
    clock: Clock,
    hasher: PasswordHasher,
    rateLimiter: SignInRateLimiter,
    mailer: Mailer,
    instrumentation: Instrumentation = noInstrumentation,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#hasher = hasher;
    this.#rateLimiter = rateLimiter;
    this.#mailer = mailer;
    this.#instrumentation = instrumentation;
  }

  /**
   * Checks a password and answers its user. Whether the user is unknown, locked or the password
   * wrong takes the same time. `open` prepares what is opened with it, and what that answers
   * records it in the same transaction.
   */
  async check(
    context: RequestContext,
    credentials: Credentials,
    open: Open = opensNothing,
  ): Promise<User> {
    try {
      const user = await this.#withPlace(context, credentials, async (place) => {
        const found = await this.#find(credentials);
        return this.#checkFound(
          context,
          place,
          found?.id ?? this.#nameless(credentials),
          found,
          credentials,
          open,
        );
      });
      this.#instrumentation.signedIn("");
      return user;
    } catch (error) {
      this.#instrumentation.signedIn(error instanceof IdentityError ? error.reason : "INTERNAL");
      throw error;
    }
  }

  /** Checks the password of the calling user once more. */
  confirm(context: RequestContext, password: string): Promise<User> {
    return this.checkUser(context, requireUser(context.caller), password);
  }

  /** Checks the password of a user who is known already, by a link say. */
  checkUser(context: RequestContext, user: User, password: string): Promise<User> {
    const credentials = { realm: user.realm, identifier: { email: user.email }, password };
    return this.#withPlace(context, credentials, (place) =>
      this.#checkFound(context, place, user.id, user, credentials, opensNothing),
    );
  }

  /**
   * Sets a new password: a user by the current one, an administrator without. Every other session
   * and token ends, and the user is told by mail.
   */
  async changePassword(
    context: RequestContext,
    userId: string,
    current: string,
    newPassword: string,
  ): Promise<User> {
    const { caller } = context;
    refuseDelegate(caller);
    const user = await this.#store.users.find(userId);
    if (user === undefined) throw userNotFound();
    // Before the dear part; what decides is looked at again below.
    requireMayTouch(caller, user);
    checkNewPassword(newPassword, user, "new_password");
    // Whatever ends this user's access while the password is checked also ends this change.
    const epoch = caller.kind === "client" ? undefined : requireUser(caller).epoch;
    const credentials = { realm: user.realm, identifier: { email: user.email }, password: current };
    const passwordHash = await this.#withPlace(context, credentials, async (place) => {
      if (epoch !== undefined)
        await this.#checkFound(
          context,
          place,
          requireUser(caller).id,
          user,
          credentials,
          opensNothing,
        );
      return place.hash(newPassword);
    });
    const now = this.#clock.now();
    const changed = await act(this.#store, caller, async (tx) => {
      await touch(tx, caller, userId);
      const next = await tx.users.setPassword(userId, passwordHash, now, epoch);
      if (next === undefined) throw epoch === undefined ? userNotFound() : failed();
      if (caller.kind === "user")
        await tx.sessions.carryOver(caller.session.id, caller.user.epoch, next);
      await tx.audit.append(auditEvent(this.#clock, context, "user.change_password", { userId }));
      return { ...user, passwordHash, epoch: next, updatedAt: now };
    });
    notify(this.#mailer, this.#clock, context, "password-changed", user.email);
    return changed;
  }

  /** Takes a place before anything else is done, unless the network has had all its tries. */
  #withPlace<T>(
    context: RequestContext,
    credentials: Credentials,
    work: (place: HashingPlace) => Promise<T>,
  ): Promise<T> {
    this.#rateLimiter.requireOpen(context.address);
    return this.#hasher.withPlace(requesterOf(context, this.#nameless(credentials)), work);
  }

  async #checkFound(
    context: RequestContext,
    place: HashingPlace,
    account: string,
    found: User | undefined,
    credentials: Credentials,
    open: Open,
  ): Promise<User> {
    const { partner } = credentials;
    const { address } = context;
    const network = networkOf(address);
    const known =
      partner === undefined &&
      (await this.#store.passwordChecks.last(account, network)) !== undefined;
    if (known) place.markKnown();
    let stronger: string | undefined;
    const right = await this.#rateLimiter.check(
      account,
      address,
      known,
      async () => {
        const verdict = await place.verify(found?.passwordHash, credentials.password);
        stronger = verdict.stronger;
        // Both are looked at whatever the other says, so that the time tells nothing.
        const accIdMatches =
          credentials.accId === undefined || equalSecrets(credentials.accId, found?.accId ?? "");
        if (!verdict.matches || !accIdMatches || found === undefined) return undefined;
        await this.#store.transaction((tx) =>
          this.#rateLimiter.forgive(tx, account, address, known, partner),
        );
        return found;
      },
      partner,
    );
    if (right === undefined) return this.#refuse(context, found, failed());
    const now = this.#clock.now();
    if (stateAt(right, now) === "locked") {
      return this.#refuse(
        context,
        right,
        new IdentityError(
          "USER_LOCKED",
          "The user is locked.",
          right.lockUntil === undefined
            ? {}
            : { metadata: { until: new Date(right.lockUntil).toISOString() } },
        ),
      );
    }
    if (right.state === "deleted")
      return this.#refuse(
        context,
        right,
        new IdentityError("USER_STATE_CONFLICT", "The user is deleted.", {
          metadata: { user: right.id },
        }),
      );
    const record = await open(right);
    await this.#store.transaction(async (tx) => {
      if (partner === undefined) await tx.passwordChecks.record(right.id, network, now);
      if (stronger !== undefined) await tx.users.rehash(right.id, right.passwordHash, stronger);
      await record(tx);
      await tx.audit.append(auditEvent(this.#clock, context, "user.sign_in", { userId: right.id }));
    });
    return right;
  }

  async #refuse(
    context: RequestContext,
    user: User | undefined,
    error: IdentityError,
  ): Promise<never> {
    await this.#store.audit.append(
      auditEvent(this.#clock, context, "user.sign_in", {
        succeeded: false,
        userId: user?.id,
        details: { reason: error.reason },
      }),
    );
    throw error;
  }

  async #find({ realm, identifier, mayReturn }: Credentials): Promise<User | undefined> {
    const { users } = this.#store;
    const known =
      "username" in identifier ? identifier : { emailKey: emailKey(identifier.email) ?? "" };
    const user = await ("username" in identifier
      ? findByName(users, realm, identifier.username)
      : findByAddress(users, realm, identifier.email));
    // Looked for always, so that the time tells nothing.
    const left =
      mayReturn === undefined
        ? undefined
        : await users.findLeft(realm, known, this.#clock.now() - RESTORABLE_MS);
    return user ?? left;
  }

  /**
   * What wrong passwords of an account that isn't there are counted under, and what any account is
   * called before it is looked for.
   */
  #nameless({ realm, identifier }: Credentials): string {
    return "username" in identifier
      ? `${realm}:name:${identifier.username}`
      : `${realm}:email:${emailKey(identifier.email) ?? identifier.email}`;
  }
}

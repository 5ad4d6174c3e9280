import type { PasswordSource } from "./elsewhere.ts";
import { emailKey } from "../accounts/email-address.ts";
import { stateAt } from "../accounts/user-state.ts";
import { auditEvent } from "../audit.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import type { User } from "../model.ts";
import type { HashingPlace, PasswordHasher } from "../passwords/hasher.ts";
import { requireUser } from "../principal.ts";
import { type RequestContext, requesterOf } from "../request-context.ts";
import { networkOf } from "../security/networks.ts";
import type { SignInAttempt } from "../security/sign-in-counters.ts";
import type { SignInRateLimiter } from "../security/sign-in-rate-limiter.ts";
import type { Credentials } from "./credentials.ts";
import type { NewDeviceLetters } from "./new-device.ts";
import { equalSecrets } from "../security/tokens.ts";
import type { Aggregates, Store } from "../store.ts";

/** Prepares what a right password opens; the result records it together with the sign-in. */
export type Open = (user: User) => Promise<(tx: Aggregates) => Promise<void>>;

const opensNothing: Open = () => Promise.resolve(() => Promise.resolve());

/** The same error for an unknown user and for a wrong password. */
export const signInFailed = (): IdentityError =>
  new IdentityError("SIGN_IN_FAILED", "The user is unknown or the password is wrong.");

/**
 * Returns the name of an account before it is looked up. Wrong passwords of an unknown account are
 * counted under it.
 */
export const accountNameOf = ({ realm, identifier }: Credentials): string =>
  "username" in identifier
    ? `${realm}:name:${identifier.username}`
    : `${realm}:email:${emailKey(identifier.email) ?? identifier.email}`;

interface PasswordCheckDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
  readonly rateLimiter: SignInRateLimiter;
  /** Who knows passwords that aren't known here, in the order in which they are asked. */
  readonly sources?: readonly PasswordSource[];
  /** Tells users of sign-ins from new devices; absent: users aren't informed. */
  readonly newDeviceLetters?: NewDeviceLetters | undefined;
}

/** The user whose password is checked, and what the check is for. */
interface Subject {
  /** The id of the user, or the name of an account that doesn't exist. */
  readonly account: string;
  readonly user: User | undefined;
  readonly credentials: Credentials;
  /** Whether the user has signed in from this network before, if the caller has read it. */
  readonly isKnown?: boolean | undefined;
  readonly open?: Open;
}

/** A user whose password was right. */
interface Accepted {
  readonly user: User;
  readonly attempt: SignInAttempt;
  /** A stronger hash of the same password, if the stored one is weak. */
  readonly stronger: string | undefined;
  readonly open: Open;
}

/** Checks passwords under the limits of wrong ones; see README.md for the order of the steps. */
export class PasswordCheck {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #hasher: PasswordHasher;
  readonly #rateLimiter: SignInRateLimiter;
  readonly #sources: readonly PasswordSource[];
  readonly #newDeviceLetters: NewDeviceLetters | undefined;

  constructor({
    store,
    clock,
    hasher,
    rateLimiter,
    sources = [],
    newDeviceLetters,
  }: PasswordCheckDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#hasher = hasher;
    this.#rateLimiter = rateLimiter;
    this.#sources = sources;
    this.#newDeviceLetters = newDeviceLetters;
  }

  /** Takes a place for hashing before any other work, unless the network is out of attempts. */
  withPlace<T>(
    context: RequestContext,
    credentials: Credentials,
    work: (place: HashingPlace) => Promise<T>,
  ): Promise<T> {
    this.#rateLimiter.requireOpen(context.address);
    return this.#hasher.withPlace(requesterOf(context, accountNameOf(credentials)), work);
  }

  /** Checks the password of the calling user once more. */
  confirm(context: RequestContext, password: string): Promise<User> {
    return this.checkUser(context, requireUser(context.caller), password);
  }

  /** Checks the password of a user who is known already, for example by a link. */
  checkUser(context: RequestContext, user: User, password: string): Promise<User> {
    const credentials = { realm: user.realm, identifier: { email: user.email }, password };
    return this.withPlace(context, credentials, (place) =>
      this.check(context, place, { account: user.id, user, credentials }),
    );
  }

  /** Checks the password, records the result in the audit trail, and returns the user. */
  async check(
    context: RequestContext,
    place: HashingPlace,
    { account, user, credentials, isKnown, open = opensNothing }: Subject,
  ): Promise<User> {
    const { partner } = credentials;
    const { address } = context;
    const known =
      partner === undefined &&
      (isKnown ??
        (await this.#store.passwordChecks.last(account, networkOf(address))) !== undefined);
    if (known) place.markKnown();
    const attempt: SignInAttempt = { account, address, known, partner };
    const outcome = await this.#rateLimiter.check(attempt, async () => {
      const { matches, stronger } = await place.verify(user?.passwordHash, credentials.password);
      // Compared even if the password is wrong, so that the time reveals nothing.
      const accIdMatches =
        credentials.accId === undefined || equalSecrets(credentials.accId, user?.accId ?? "");
      if (!matches || !accIdMatches || user === undefined) {
        // Within the limits, so that asking is no way around them.
        const isUnknown = user === undefined || user.passwordHash === "";
        const asked = isUnknown ? await this.#ask(context, credentials, user) : undefined;
        return asked
          ? this.#accept(context, { user: asked, attempt, stronger: undefined, open })
          : undefined;
      }
      return this.#accept(context, { user, attempt, stronger, open });
    });
    if (outcome === undefined) {
      const refusal = signInFailed();
      await this.#noteRefusal(this.#store, context, user, refusal);
      throw refusal;
    }
    if (outcome instanceof IdentityError) throw outcome;
    return outcome;
  }

  async #ask(
    context: RequestContext,
    credentials: Credentials,
    user: User | undefined,
  ): Promise<User | undefined> {
    for (const source of this.#sources) {
      const found = await source.ask(context, credentials, user);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * Takes the attempt of a right password back and records the sign-in, in one transaction. Returns
   * the error for a user who may not sign in.
   */
  async #accept(
    context: RequestContext,
    { user, attempt, stronger, open }: Accepted,
  ): Promise<User | IdentityError> {
    const now = this.#clock.now();
    const conflict = stateConflict(user, now);
    if (conflict !== undefined) {
      await this.#store.transaction(async (tx) => {
        await this.#noteRefusal(tx, context, user, conflict);
        await this.#rateLimiter.forgive(tx, attempt);
      });
      return conflict;
    }
    const record = await open(user);
    await this.#store.transaction(async (tx) => {
      if (attempt.partner === undefined)
        await tx.passwordChecks.record(user.id, networkOf(attempt.address), now);
      if (stronger !== undefined) await tx.users.rehash(user.id, user.passwordHash, stronger);
      await record(tx);
      await tx.audit.append(auditEvent(this.#clock, context, "user.sign_in", { userId: user.id }));
      // Last, because other sign-ins wait for the counter of their network.
      await this.#rateLimiter.forgive(tx, attempt);
    });
    // A partner calls for its user from its own network, and a password that is only confirmed
    // opens nothing.
    if (!attempt.known && attempt.partner === undefined && open !== opensNothing)
      this.#newDeviceLetters?.signedIn(context, user, now);
    return user;
  }

  #noteRefusal(
    { audit }: Aggregates,
    context: RequestContext,
    user: User | undefined,
    error: IdentityError,
  ): Promise<void> {
    return audit.append(
      auditEvent(this.#clock, context, "user.sign_in", {
        succeeded: false,
        userId: user?.id,
        details: { reason: error.reason },
      }),
    );
  }
}

/** Returns the error for a user who may not sign in in spite of the right password. */
function stateConflict(user: User, now: number): IdentityError | undefined {
  if (stateAt(user, now) === "locked") {
    const until = user.lockUntil;
    return new IdentityError(
      "USER_LOCKED",
      "The user is locked.",
      until === undefined ? {} : { metadata: { until: new Date(until).toISOString() } },
    );
  }
  return user.state === "deleted"
    ? new IdentityError("USER_STATE_CONFLICT", "The user is deleted.", {
        metadata: { user: user.id },
      })
    : undefined;
}

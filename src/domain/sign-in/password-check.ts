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
import type { Partner, SignInAttempt } from "../security/sign-in-counters.ts";
import type { SignInRateLimiter } from "../security/sign-in-rate-limiter.ts";
import { equalSecrets } from "../security/tokens.ts";
import type { Aggregates, Store } from "../store.ts";

/** The identifier and the password that a user gives. */
export interface Credentials {
  readonly realm: string;
  /** A name is compared exactly, an address as an e-mail address; neither is tried as the other. */
  readonly identifier: { readonly username: string } | { readonly email: string };
  readonly password: string;
  /**
   * Also finds a user who has deleted the account and may restore it. The check then fails with
   * USER_STATE_CONFLICT, but only after the right password.
   */
  readonly mayReturn?: true;
  /** kokids: must equal the account identifier stored with the user. */
  readonly accId?: string;
  /**
   * The partner that asks for its user. The attempts also count for the partner, and no network
   * counts as known.
   */
  readonly partner?: Partner;
}

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
}

/** The user whose password is checked, and what the check is for. */
interface Subject {
  /** The id of the user, or the name of an account that doesn't exist. */
  readonly account: string;
  readonly user: User | undefined;
  readonly credentials: Credentials;
  readonly open?: Open;
}

/** Checks passwords under the limits of wrong ones; see README.md for the order of the steps. */
export class PasswordCheck {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #hasher: PasswordHasher;
  readonly #rateLimiter: SignInRateLimiter;

  constructor({ store, clock, hasher, rateLimiter }: PasswordCheckDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#hasher = hasher;
    this.#rateLimiter = rateLimiter;
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
    { account, user, credentials, open = opensNothing }: Subject,
  ): Promise<User> {
    const { partner } = credentials;
    const { address } = context;
    const network = networkOf(address);
    const known =
      partner === undefined &&
      (await this.#store.passwordChecks.last(account, network)) !== undefined;
    if (known) place.markKnown();
    const attempt: SignInAttempt = { account, address, known, partner };
    let stronger: string | undefined;
    const right = await this.#rateLimiter.check(attempt, async () => {
      const verdict = await place.verify(user?.passwordHash, credentials.password);
      stronger = verdict.stronger;
      // Compared even if the password is wrong, so that the time reveals nothing.
      const accIdMatches =
        credentials.accId === undefined || equalSecrets(credentials.accId, user?.accId ?? "");
      if (!verdict.matches || !accIdMatches || user === undefined) return undefined;
      await this.#store.transaction((tx) => this.#rateLimiter.forgive(tx, attempt));
      return user;
    });
    if (right === undefined) return this.#refuse(context, user, signInFailed());
    const now = this.#clock.now();
    const conflict = stateConflict(right, now);
    if (conflict !== undefined) return this.#refuse(context, right, conflict);
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

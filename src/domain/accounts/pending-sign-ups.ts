import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../request-context.ts";
import { networkOf } from "../security/networks.ts";
import { requesterOf } from "../request-context.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import type { EmailMessage } from "../email/mailer.ts";
import { languageOf } from "../email/mailer.ts";
import { RESET_MS } from "../email/email-tokens.ts";
import { newUser } from "./new-user.ts";
import type { PendingSignUp, User } from "../model.ts";
import { checkNewUsername } from "./usernames.ts";
import type { PasswordHasher } from "../passwords/hasher.ts";
import type { Store } from "../store.ts";
import { DAY, isOver } from "../durations.ts";
import type { SignInRateLimiter } from "../security/sign-in-rate-limiter.ts";
import { hashToken, newToken, PREFIX } from "../security/tokens.ts";
import { refuseConflict } from "./user-conflict.ts";

/**
 * How long a link works. A pending registration reserves neither address nor name: the first user
 * to confirm gets them.
 */
const SIGN_UP_MS = DAY;

/** The data of a registration form. */
export type SignUpRequest = Pick<
  PendingSignUp,
  "realm" | "username" | "email" | "emailKey" | "passwordHash" | "request"
>;

/** A new account, and the client's authorization request that continues now; empty without one. */
export interface Confirmed {
  readonly user: User;
  readonly request: string;
}

const isConflict = (error: unknown, reason: "EMAIL_TAKEN" | "USERNAME_TAKEN"): boolean =>
  error instanceof IdentityError && error.reason === reason;

interface PendingSignUpsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
  readonly rateLimiter: SignInRateLimiter;
}

/**
 * Registrations whose address is not confirmed. One becomes an account when a user follows its link
 * and gives the password of that registration.
 */
export class PendingSignUps {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #hasher: PasswordHasher;
  readonly #rateLimiter: SignInRateLimiter;

  constructor({ store, clock, hasher, rateLimiter }: PendingSignUpsDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#hasher = hasher;
    this.#rateLimiter = rateLimiter;
  }

  /**
   * Stores a registration and returns the e-mail that can complete it. Other registrations for the
   * same address stay as they are, each with its own password.
   */
  write(context: RequestContext, asked: SignUpRequest): Promise<EmailMessage> {
    return this.#write(context, asked, { kind: "sign-up", lifetimeMs: SIGN_UP_MS });
  }

  /**
   * Returns the e-mail by which a user sets another password for the newest registration of an
   * address; undefined if there is none.
   */
  async writeReset(
    context: RequestContext,
    realm: string,
    emailKey: string,
  ): Promise<EmailMessage | undefined> {
    const newest = await this.#store.signUps.newest(realm, emailKey, this.#clock.now());
    const message = { kind: "reset-password", lifetimeMs: RESET_MS } as const;
    return newest && this.#write(context, { ...newest, passwordHash: "" }, message);
  }

  /**
   * Returns the registration that a link can complete with its password. Reading consumes nothing,
   * so programs that scan the links in e-mails do no harm.
   */
  async find(token: string): Promise<PendingSignUp | undefined> {
    const found = await this.#live(token);
    return found?.passwordHash === "" ? undefined : found;
  }

  /** Returns the registration that a link can complete with a new password. */
  async findReset(token: string): Promise<PendingSignUp | undefined> {
    const found = await this.#live(token);
    return found?.passwordHash === "" ? found : undefined;
  }

  /**
   * Creates the account, once, for a user who has the link and gives the password of this very
   * registration. A given name replaces the registered one. Returns undefined when the link is no
   * longer valid, or when the address has got an account meanwhile.
   */
  async confirm(
    context: RequestContext,
    token: string,
    password: string,
    username?: string,
  ): Promise<Confirmed | undefined> {
    const found = await this.find(token);
    if (found === undefined) return undefined;
    const name = username === undefined ? found.username : checkNewUsername(username);
    await this.#checkPassword(context, found, password);
    return this.#complete(context, { ...found, username: name });
  }

  /**
   * Creates the account with a new password, for a user who has a link that allows this. If another
   * user has taken the name since, the account has none.
   */
  async reset(
    context: RequestContext,
    found: PendingSignUp,
    passwordHash: string,
  ): Promise<Confirmed | undefined> {
    const complete = (username: string): Promise<Confirmed | undefined> =>
      this.#complete(context, { ...found, passwordHash, username });
    return complete(found.username).catch((error: unknown) => {
      if (!isConflict(error, "USERNAME_TAKEN")) throw error;
      return complete("");
    });
  }

  async #live(token: string): Promise<PendingSignUp | undefined> {
    const found = await this.#store.signUps.find(hashToken(token));
    return found === undefined || isOver(found, this.#clock.now()) ? undefined : found;
  }

  async #write(
    context: RequestContext,
    asked: SignUpRequest,
    {
      kind,
      lifetimeMs,
    }: { readonly kind: "sign-up" | "reset-password"; readonly lifetimeMs: number },
  ): Promise<EmailMessage> {
    const token = newToken(this.#clock, PREFIX.mailLink);
    const now = this.#clock.now();
    await this.#store.transaction(async (tx) => {
      await tx.signUps.insert({
        ...asked,
        hash: hashToken(token),
        createdAt: now,
        expiresAt: now + lifetimeMs,
      });
      await tx.audit.append(
        auditEvent(this.#clock, context, "mail_link.create", { details: { purpose: kind } }),
      );
    });
    return {
      kind,
      token,
      to: asked.email,
      realm: asked.realm,
      language: languageOf(context),
      writtenAt: now,
    };
  }

  /** Applies the limits of a sign-in; a link counts like an account. */
  async #checkPassword(
    context: RequestContext,
    { hash, passwordHash }: PendingSignUp,
    password: string,
  ): Promise<void> {
    const { address } = context;
    const account = `sign-up:${hash}`;
    const attempt = { account, address, known: false };
    this.#rateLimiter.requireOpen(address);
    const right = await this.#hasher.withPlace(requesterOf(context, account), (place) =>
      this.#rateLimiter.check(attempt, async () => {
        if (!(await place.verify(passwordHash, password)).matches) return undefined;
        await this.#store.transaction((tx) => this.#rateLimiter.forgive(tx, attempt));
        return true;
      }),
    );
    if (right !== undefined) return;
    const refusal = new IdentityError(
      "SIGN_IN_FAILED",
      "The password is not the one of this registration.",
    );
    await this.#store.audit.append(
      auditEvent(this.#clock, context, "user.sign_up", {
        succeeded: false,
        details: { reason: refusal.reason },
      }),
    );
    throw refusal;
  }

  async #complete(
    context: RequestContext,
    { hash, request, ...asked }: PendingSignUp,
  ): Promise<Confirmed | undefined> {
    const now = this.#clock.now();
    const user = newUser(this.#clock, { ...asked, emailVerifiedAt: now });
    const work = this.#store.transaction(async (tx) => {
      if (!(await tx.signUps.redeem(hash))) return undefined;
      // A thrown error rolls back, so the registration stays as it was.
      refuseConflict(await tx.users.insert(user, true));
      // The user has just given the password, which counts as a password check from this network.
      await tx.passwordChecks.record(user.id, networkOf(context.address), now);
      for (const type of ["user.create", "user.verify_email"] as const)
        await tx.audit.append(auditEvent(this.#clock, context, type, { userId: user.id }));
      return { user, request };
    });
    return work.catch((error: unknown) => {
      if (isConflict(error, "EMAIL_TAKEN")) return undefined;
      throw error;
    });
  }
}

// Registrations that are no accounts yet: each becomes one when the link in its letter is followed
// and its own password given. It owns what such a link is bound to, and must not know who asked for
// it or what the pages look like.
import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../principal.ts";
import { networkOf, requesterOf } from "../principal.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import type { Letter } from "../email/mailer.ts";
import { languageOf } from "../email/mailer.ts";
import { RESET_MS } from "../email/email-tokens.ts";
import { newUser } from "./new-user.ts";
import type { PendingSignUp, User } from "../model.ts";
import { checkNewUsername } from "./identifiers.ts";
import type { PasswordHasher } from "../passwords/hasher.ts";
import type { Store } from "../store.ts";
import type { SignInRateLimiter } from "../security/rate-limit.ts";
import { hashToken, newToken, PREFIX } from "../security/tokens.ts";
import { refuseConflict } from "./users.ts";

/**
 * How long a link works. Until then it holds neither the address nor the name: the first visitor to
 * confirm has them.
 */
const SIGN_UP_MS = 24 * 60 * 60_000;

/** What a visitor has asked for. */
export type SignUpRequest = Pick<
  PendingSignUp,
  "realm" | "username" | "email" | "emailKey" | "passwordHash" | "request"
>;

/**
 * An account that has just come to be, and the application's request that goes on now; empty
 * without one.
 */
export interface Confirmed {
  readonly user: User;
  readonly request: string;
}

const isConflict = (error: unknown, reason: "EMAIL_TAKEN" | "USERNAME_TAKEN"): boolean =>
  error instanceof IdentityError && error.reason === reason;

export class PendingSignUps {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #hasher: PasswordHasher;
  readonly #rateLimiter: SignInRateLimiter;

  constructor(store: Store, clock: Clock, hasher: PasswordHasher, rateLimiter: SignInRateLimiter) {
    this.#store = store;
    this.#clock = clock;
    this.#hasher = hasher;
    this.#rateLimiter = rateLimiter;
  }

  /**
   * Keeps a registration, and makes the letter that can complete it. Others for the same address
   * stay as they are, each with its own password.
   */
  write(context: RequestContext, asked: SignUpRequest): Promise<Letter> {
    return this.#write(context, asked, "sign-up", SIGN_UP_MS);
  }

  /**
   * The letter by which a visitor sets another password for the newest registration of an address;
   * nothing without one.
   */
  async writeReset(
    context: RequestContext,
    realm: string,
    emailKey: string,
  ): Promise<Letter | undefined> {
    const newest = await this.#store.signUps.newest(realm, emailKey, this.#clock.now());
    return (
      newest && this.#write(context, { ...newest, passwordHash: "" }, "reset-password", RESET_MS)
    );
  }

  /**
   * The registration that a link can complete with its password. Programs that look at the links in
   * letters do no harm by it.
   */
  async find(token: string): Promise<PendingSignUp | undefined> {
    const found = await this.#live(token);
    return found?.passwordHash === "" ? undefined : found;
  }

  /** The one that a link can complete with a new password. */
  async findReset(token: string): Promise<PendingSignUp | undefined> {
    const found = await this.#live(token);
    return found?.passwordHash === "" ? found : undefined;
  }

  /**
   * Makes the account, once, for a visitor who has the link and gives the password of this very
   * registration; under another name when one is given. Answers nothing when the link is dead, or
   * when the address has got an account in the meantime.
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
   * The same with a new password, after a letter that allows it. A name that is taken since is left
   * out.
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
    return found !== undefined && found.expiresAt > this.#clock.now() ? found : undefined;
  }

  async #write(
    context: RequestContext,
    asked: SignUpRequest,
    kind: "sign-up" | "reset-password",
    lifetimeMs: number,
  ): Promise<Letter> {
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
    return { kind, token, to: asked.email, language: languageOf(context), writtenAt: now };
  }

  /**
   * With the limits of a sign-in: the network's, and as many tries for one link as for one account.
   */
  async #checkPassword(
    context: RequestContext,
    { hash, passwordHash }: PendingSignUp,
    password: string,
  ): Promise<void> {
    const { address } = context;
    const account = `sign-up:${hash}`;
    this.#rateLimiter.requireOpen(address);
    const right = await this.#hasher.withPlace(requesterOf(context, account), (place) =>
      this.#rateLimiter.check(account, address, false, async () => {
        if (!(await place.verify(passwordHash, password)).matches) return undefined;
        await this.#store.transaction((tx) =>
          this.#rateLimiter.forgive(tx, account, address, false),
        );
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
      // What is thrown leaves the registration as it was.
      refuseConflict(await tx.users.insert(user, true));
      // The visitor has just given the password: this counts as a password check from here.
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

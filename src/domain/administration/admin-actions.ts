// What administrators do to others. It owns what they may not do, and that each act leaves its
// trace; it must not know who looks at what they do.
import { act, touch } from "../acting.ts";
import type { AuditType } from "../audit.ts";
import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../request-context.ts";
import { requireRecent } from "../principal.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import { sessionNotFound } from "../sessions/sessions.ts";
import type { Aggregates, Store } from "../store.ts";
import type { SignInRateLimiter } from "../security/sign-in-rate-limiter.ts";
import type { Users } from "../accounts/users.ts";
import { requireAdministrator } from "./administrators.ts";

/** Whom or what an act concerns. */
type Subject = {
  readonly userId?: string;
  readonly clientId?: string;
  readonly details?: Readonly<Record<string, string>>;
};

export class AdminActions {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #users: Users;
  readonly #rateLimiter: SignInRateLimiter;

  constructor(store: Store, clock: Clock, users: Users, rateLimiter: SignInRateLimiter) {
    this.#store = store;
    this.#clock = clock;
    this.#users = users;
    this.#rateLimiter = rateLimiter;
  }

  /** Locks a user. */
  async lock(
    context: RequestContext,
    id: string,
    reason: string,
    until: number | undefined,
  ): Promise<void> {
    this.#requireRecent(context);
    if (until !== undefined && until <= this.#clock.now())
      throw new IdentityError("FIELD_INVALID", "The end is past.", {
        fields: [{ field: "until", description: "is past" }],
      });
    await this.#users.lock(context, id, reason, until);
  }

  async unlock(context: RequestContext, id: string): Promise<void> {
    this.#requireRecent(context);
    await this.#users.unlock(context, id);
  }

  async restore(context: RequestContext, id: string): Promise<void> {
    this.#requireRecent(context);
    await this.#users.restore(context, id);
  }

  /**
   * Ends every session and token of a user at once; for an emergency also another administrator's,
   * which gives nobody anything.
   */
  async endAccess(context: RequestContext, id: string): Promise<void> {
    this.#requireRecent(context);
    await this.#users.endAccess(context, id, true);
  }

  /** Ends one session of a user; for an emergency also another administrator's. */
  async endSession(context: RequestContext, userId: string, sessionId: string): Promise<void> {
    const change = async (tx: Aggregates): Promise<boolean> => {
      if ((await tx.sessions.find(sessionId))?.userId !== userId) throw sessionNotFound();
      return tx.sessions.delete(sessionId);
    };
    await this.#do(context, "session.revoke", { userId }, change, true);
  }

  /** Takes back what a user has agreed to, with its tokens. */
  async revokeGrant(context: RequestContext, userId: string, grantId: string): Promise<void> {
    this.#requireRecent(context);
    const grant = await this.#store.grants.find(grantId);
    if (grant?.userId !== userId)
      throw new IdentityError("GRANT_NOT_FOUND", "There is no such grant.");
    await this.#do(context, "grant.revoke", { userId, clientId: grant.clientId }, (tx) =>
      tx.grants.delete(grantId),
    );
  }

  /** Forgets the wrong passwords that are counted for a user, who can then sign in at once. */
  async forgetFailures(context: RequestContext, userId: string): Promise<void> {
    await this.#do(
      context,
      "user.forget_failures",
      { userId },
      async (tx) => (await this.#rateLimiter.forgetAll(tx, userId), true),
    );
  }

  /** Ends every code and token of an application; what users have agreed to stays. */
  async endTokens(context: RequestContext, clientId: string): Promise<void> {
    this.#requireRecent(context);
    if ((await this.#store.clients.find(clientId)) === undefined)
      throw new IdentityError("CLIENT_NOT_FOUND", "There is no such client.");
    await this.#do(
      context,
      "token.revoke",
      { clientId, details: { all: "true" } },
      async (tx) => (await tx.tokens.deleteOf(clientId), true),
    );
  }

  /** Every act is one of an administrator who has just given the password. */
  #requireRecent(context: RequestContext): void {
    requireAdministrator(context);
    requireRecent(context.caller, this.#clock.now());
  }

  /**
   * One change and its trace, together or, when somebody else was quicker, not at all; `isAllowed`:
   * also of an administrator.
   */
  async #do(
    context: RequestContext,
    type: AuditType,
    subject: Subject,
    change: (tx: Aggregates) => Promise<boolean>,
    isAllowed = false,
  ): Promise<void> {
    this.#requireRecent(context);
    await act(this.#store, context.caller, async (tx) => {
      if (subject.userId !== undefined) await touch(tx, context.caller, subject.userId, isAllowed);
      if (await change(tx)) await tx.audit.append(auditEvent(this.#clock, context, type, subject));
    });
  }
}

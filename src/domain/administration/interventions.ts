// What administrators do to others. It owns what they may not do, and that each act leaves its trace; it must not know
// who looks at what they do.
import type { AuditType } from "../audit.ts";
import { auditEvent } from "../audit.ts";
import type { Context } from "../caller.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import type { Aggregates, Store } from "../store.ts";
import type { SignInThrottle } from "../throttle.ts";
import type { Users } from "../users.ts";
import { requireAdministrator } from "./administrators.ts";

/** Whom or what an act concerns. */
type Subject = { readonly userId?: string; readonly clientId?: string; readonly details?: Readonly<Record<string, string>> };

export class Interventions {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #users: Users;
  readonly #throttle: SignInThrottle;

  constructor(store: Store, clock: Clock, users: Users, throttle: SignInThrottle) {
    this.#store = store;
    this.#clock = clock;
    this.#users = users;
    this.#throttle = throttle;
  }

  /** Locks a user, but no administrator: a page takes from nobody what the command line has given. */
  async lock(context: Context, id: string, reason: string, until: number | undefined): Promise<void> {
    requireAdministrator(context);
    if ((await this.#users.get(id)).administrator) throw new IdentityError("USER_STATE_CONFLICT", "An administrator can't be locked: `latchkey admin revoke` comes first.");
    if (until !== undefined && until <= this.#clock.now()) throw new IdentityError("FIELD_INVALID", "The end is past.", { fields: [{ field: "until", description: "is past" }] });
    await this.#users.lock(context, id, reason, until);
  }

  async unlock(context: Context, id: string): Promise<void> {
    requireAdministrator(context);
    await this.#users.unlock(context, id);
  }

  async restore(context: Context, id: string): Promise<void> {
    requireAdministrator(context);
    await this.#users.restore(context, id);
  }

  /** Ends every session and token of a user at once. */
  async endAccess(context: Context, id: string): Promise<void> {
    requireAdministrator(context);
    await this.#users.endAccess(context, id);
  }

  /** Ends one session of a user. */
  async endSession(context: Context, userId: string, sessionId: string): Promise<void> {
    requireAdministrator(context);
    const session = await this.#store.sessions.find(sessionId);
    if (session?.userId !== userId) throw new IdentityError("SESSION_NOT_FOUND", "There is no such session.");
    await this.#do(context, "session.revoke", { userId }, (tx) => tx.sessions.delete(sessionId));
  }

  /** Takes back what a user has agreed to, with its tokens. */
  async revokeGrant(context: Context, userId: string, grantId: string): Promise<void> {
    requireAdministrator(context);
    const grant = await this.#store.grants.find(grantId);
    if (grant?.userId !== userId) throw new IdentityError("GRANT_NOT_FOUND", "There is no such grant.");
    await this.#do(context, "grant.revoke", { userId, clientId: grant.clientId }, (tx) => tx.grants.delete(grantId));
  }

  /** Forgets the wrong passwords that are counted for a user, who can then sign in at once. */
  async forgetFailures(context: Context, userId: string): Promise<void> {
    requireAdministrator(context);
    await this.#users.get(userId);
    await this.#do(context, "user.forget_failures", { userId }, async (tx) => (await this.#throttle.forgetAll(tx, userId), true));
  }

  /** Ends every code and token of an application; what users have agreed to stays. */
  async endTokens(context: Context, clientId: string): Promise<void> {
    requireAdministrator(context);
    if ((await this.#store.clients.find(clientId)) === undefined) throw new IdentityError("CLIENT_NOT_FOUND", "There is no such client.");
    await this.#do(context, "token.revoke", { clientId, details: { all: "true" } }, async (tx) => (await tx.tokens.deleteOf(clientId), true));
  }

  /** One change and its trace, together or, when somebody else was quicker, not at all. */
  #do(context: Context, type: AuditType, subject: Subject, change: (tx: Aggregates) => Promise<boolean>): Promise<void> {
    return this.#store.transaction(async (tx) => {
      if (await change(tx)) await tx.audit.append(auditEvent(this.#clock, context, type, subject));
    });
  }
}

import { act, touch } from "../acting.ts";
import type { AuditType } from "../audit.ts";
import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../request-context.ts";
import { requireRecent } from "../principal.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import { sessionNotFound } from "../sessions/sessions.ts";
import type { Aggregates, Store } from "../store.ts";
import type { Users } from "../accounts/users.ts";
import { requireAdministrator } from "./administrators.ts";
import type { UserAdministration } from "./user-administration.ts";

/** The event that an action records: its type and the user or client that it changes. */
interface ActionEvent {
  readonly type: AuditType;
  readonly userId?: string;
  readonly clientId?: string;
  readonly details?: Readonly<Record<string, string>>;
}

export interface AdminActionsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly users: Users;
  readonly userAdministration: UserAdministration;
}

/**
 * What administrators change in a browser. Each action needs a recent password check and records an
 * audit event.
 */
export class AdminActions {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #users: Users;
  readonly #userAdministration: UserAdministration;

  constructor({ store, clock, users, userAdministration }: AdminActionsDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#users = users;
    this.#userAdministration = userAdministration;
  }

  /** Locks a user, until a time if there is one. */
  async lock(
    context: RequestContext,
    id: string,
    reason: string,
    until: number | undefined,
  ): Promise<void> {
    this.#requireRecent(context);
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

  /** Returns what administrators do to users, after the check of this caller. */
  administering(context: RequestContext): UserAdministration {
    this.#requireRecent(context);
    return this.#userAdministration;
  }

  /** Ends one session of a user, in an emergency also of another administrator. */
  async endSession(context: RequestContext, userId: string, sessionId: string): Promise<void> {
    const change = async (tx: Aggregates): Promise<boolean> => {
      if ((await tx.sessions.find(sessionId))?.userId !== userId) throw sessionNotFound();
      return tx.sessions.delete(sessionId);
    };
    await this.#do(context, { type: "session.revoke", userId }, change, true);
  }

  /** Revokes a user's consent and its tokens. */
  async revokeGrant(context: RequestContext, userId: string, grantId: string): Promise<void> {
    this.#requireRecent(context);
    const grant = await this.#store.grants.find(grantId);
    if (grant?.userId !== userId)
      throw new IdentityError("GRANT_NOT_FOUND", "There is no such grant.");
    await this.#do(context, { type: "grant.revoke", userId, clientId: grant.clientId }, (tx) =>
      tx.grants.delete(grantId),
    );
  }

  /** Rejects a caller who is no administrator or has not given the password recently. */
  #requireRecent(context: RequestContext): void {
    requireAdministrator(context);
    requireRecent(context.caller, this.#clock.now());
  }

  /**
   * Runs a change and records its event in one transaction. Records nothing if another request was
   * first and nothing changed. `isAllowed` permits the change of an administrator.
   */
  async #do(
    context: RequestContext,
    { type, ...subject }: ActionEvent,
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

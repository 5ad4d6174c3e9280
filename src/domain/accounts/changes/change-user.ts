import { act, touch } from "../../acting.ts";
import { type AuditType, auditEvent } from "../../audit.ts";
import type { Clock } from "../../clock.ts";
import { IdentityError, userNotFound } from "../../errors.ts";
import type { User } from "../../model.ts";
import type { Principal } from "../../principal.ts";
import type { RequestContext } from "../../request-context.ts";
import type { Aggregates, Store } from "../../store.ts";

/** One atomic change of a user, and the audit event of it. */
export interface UserAction {
  readonly type: AuditType;
  /** Returns false when the user is not in a state in which the change is possible. */
  readonly change: (tx: Aggregates, now: number, user: User) => Promise<boolean>;
  /** Makes the error of a change that isn't possible. */
  readonly otherwise?: () => IdentityError;
  readonly details?: Record<string, string>;
  /** Whether the caller may change any user, for a reason that has been checked elsewhere. */
  readonly isAllowed?: boolean;
  /** The credential that must still be valid; by default the caller's. */
  readonly as?: Principal | undefined;
}

interface ChangeDependencies {
  readonly store: Store;
  readonly clock: Clock;
}

export const wrongState = (message: string): IdentityError =>
  new IdentityError("USER_STATE_CONFLICT", message);

/** Changes a user whom the caller may change and records the event, both or neither. */
export async function changeUser(
  { store, clock }: ChangeDependencies,
  context: RequestContext,
  id: string,
  { type, change, otherwise = userNotFound, details = {}, isAllowed, as }: UserAction,
): Promise<User> {
  const changed = await act(store, as ?? context.caller, async (tx) => {
    const now = clock.now();
    const done = await change(tx, now, await touch(tx, context.caller, id, isAllowed));
    if (done) await tx.audit.append(auditEvent(clock, context, type, { userId: id, details }));
    return done;
  });
  if (!changed) throw otherwise();
  const user = await store.users.find(id);
  if (user === undefined) throw userNotFound();
  return user;
}

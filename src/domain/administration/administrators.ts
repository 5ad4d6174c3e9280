// Who may administer in a browser. It owns how that power is given and taken and when it holds, and
// must not know what can be done with it. No call and no page gives it: the operator does.
import { act } from "../acting.ts";
import { auditEvent } from "../audit.ts";
import type { Principal } from "../principal.ts";
import type { RequestContext } from "../request-context.ts";
import type { Clock } from "../clock.ts";
import { IdentityError, userNotFound } from "../errors.ts";
import { BROWSER_API } from "../sessions/sessions.ts";
import type { Store } from "../store.ts";

/**
 * Whether the caller administers: a user who is an administrator now, by a session of a browser.
 * The user is read anew with every visit, and one who is locked or deleted has no session that is
 * live.
 */
export const isAdministrator = (caller: Principal): boolean =>
  caller.kind === "user" && caller.session.api === BROWSER_API && caller.user.administrator;

/**
 * Gives a user who is not deleted the power of an administrator, or takes it, also under a
 * deletion, from the next visit on; answers whether that changes anything.
 */
export function setAdministrator(
  store: Store,
  clock: Clock,
  context: RequestContext,
  id: string,
  administrator: boolean,
): Promise<boolean> {
  if (context.caller.kind !== "operator")
    throw new IdentityError("PERMISSION_DENIED", "Only the operator says who is an administrator.");
  return act(store, context.caller, async (tx) => {
    // Held: whoever touches the user at this moment finds out first or afterwards.
    const user = (await tx.users.hold(id)) ? await tx.users.find(id) : undefined;
    if (user === undefined || (administrator && user.state === "deleted")) throw userNotFound();
    const changed = await tx.users.setAdministrator(id, administrator, clock.now());
    const type = administrator ? "user.grant_administration" : "user.revoke_administration";
    const details =
      administrator && user.emailVerifiedAt === undefined ? { email: "unconfirmed" } : undefined;
    if (changed)
      await tx.audit.append(
        auditEvent(clock, context, type, { userId: id, ...(details && { details }) }),
      );
    return changed;
  });
}

/** Refuses whoever doesn't administer; every verb of administration begins with it. */
export function requireAdministrator({ caller }: RequestContext): void {
  if (!isAdministrator(caller))
    throw new IdentityError("PERMISSION_DENIED", "Only an administrator can do this.");
}

// Administrators are users who administer in a browser. Only the operator makes a user one: no call
// and no page does.
import { act } from "../acting.ts";
import { auditEvent } from "../audit.ts";
import type { Principal } from "../principal.ts";
import type { RequestContext } from "../request-context.ts";
import type { Clock } from "../clock.ts";
import { IdentityError, userNotFound } from "../errors.ts";
import { type ClientScope, holdsScope } from "../oauth/clients/scopes.ts";
import { BROWSER_API } from "../sessions/sessions.ts";
import type { Store } from "../store.ts";

/**
 * Returns whether the caller is an administrator with a session of a browser. Every page request
 * reads the user again, and a locked or deleted user has no live session.
 */
export const isAdministrator = (caller: Principal): boolean =>
  caller.kind === "user" && caller.session.api === BROWSER_API && caller.user.administrator;

/**
 * Makes a user an administrator, or ends it, from the next page request on. A deleted user can only
 * lose it. Returns whether that changed anything.
 */
export function setAdministrator(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  context: RequestContext,
  id: string,
  administrator: boolean,
): Promise<boolean> {
  if (context.caller.kind !== "operator")
    throw new IdentityError(
      "PERMISSION_DENIED",
      "Only the operator can change who is an administrator.",
    );
  return act(store, context.caller, async (tx) => {
    // Locks the row, so that a simultaneous change of the user comes before or after this one.
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

/** Rejects a caller who is no administrator. Every method of administration begins with it. */
export function requireAdministrator({ caller }: Pick<RequestContext, "caller">): void {
  if (!isAdministrator(caller))
    throw new IdentityError("PERMISSION_DENIED", "Only an administrator can do this.");
}

/**
 * Rejects a caller who is neither an administrator in a browser nor a client that acts for itself
 * and has the scope.
 */
export function requireAdministratorOr(
  { caller }: Pick<RequestContext, "caller">,
  scope: ClientScope,
): void {
  if (isAdministrator(caller)) return;
  if (caller.kind === "client" && holdsScope(caller.token.scopes, scope)) return;
  throw new IdentityError(
    "PERMISSION_DENIED",
    `Only an administrator or a client with the scope ${scope} can do this.`,
  );
}

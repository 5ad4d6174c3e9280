// Who may administer in a browser. It owns how that power is given and taken and when it holds, and must not know what
// can be done with it. No call and no page gives it: whoever runs the command line does.
import { auditEvent } from "./audit.ts";
import type { Caller } from "./caller.ts";
import { byOperator } from "./caller.ts";
import type { Clock } from "./clock.ts";
import { IdentityError } from "./errors.ts";
import type { User } from "./model.ts";
import { emailKey } from "./names.ts";
import { BROWSER_API } from "./sessions.ts";
import type { Aggregates, Store } from "./store.ts";

/**
 * Whether the caller administers: a user who is an administrator now, by a session of a browser. The user is read anew
 * with every visit, and one who is locked or deleted has no session that is live.
 */
export const isAdministrator = (caller: Caller): boolean => caller.kind === "user" && caller.session.api === BROWSER_API && caller.user.administrator;

/** Gives a user the power of an administrator, or takes it, from the next visit on. `who` is an id, or an e-mail address or a name of the realm. */
export function setAdministrator(store: Store, clock: Clock, who: string, realm: string, administrator: boolean): Promise<{ readonly user: User; readonly changed: boolean }> {
  return store.transaction(async (tx) => {
    const user = await findUser(tx, who, realm);
    if (user === undefined || user.state === "deleted") throw new IdentityError("USER_NOT_FOUND", `There is no user ${who} in the realm ${realm}.`);
    const changed = await tx.users.setAdministrator(user.id, administrator, clock.now());
    const type = administrator ? "user.grant_administration" : "user.revoke_administration";
    if (changed) await tx.audit.append(auditEvent(clock, byOperator, type, { userId: user.id }));
    return { user: { ...user, administrator }, changed };
  });
}

/** A name may look like an id, so the id goes first; it holds no @. */
async function findUser({ users }: Aggregates, who: string, realm: string): Promise<User | undefined> {
  return (await users.find(who)) ?? (who.includes("@") ? users.findByEmail(realm, emailKey(who) ?? "") : users.findByUsername(realm, who));
}

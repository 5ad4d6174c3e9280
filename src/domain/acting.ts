// What must still be true when an action of a caller is committed: the credential is still valid,
// and the caller may change the user.
import type { Principal } from "./principal.ts";
import { callingUser } from "./principal.ts";
import { IdentityError, userNotFound } from "./errors.ts";
import type { User } from "./model.ts";
import type { Aggregates, Store } from "./store.ts";

/**
 * Runs an action of the caller in one transaction. It fails as a whole if the caller's credential
 * has ended.
 */
export const act = <T>(
  store: Pick<Store, "transaction">,
  caller: Principal,
  work: (tx: Aggregates) => Promise<T>,
): Promise<T> =>
  store.transaction(async (tx) => {
    await holdCaller(tx, caller);
    return work(tx);
  });

/**
 * Keeps the credential of a user from ending before the transaction does; rejects one that has
 * ended. Each way to end a credential changes a row that this changes too: that of the user, the
 * session or the token. So the database orders the action and the end, on every node. The token of
 * a client that acts for itself is not held, because its one row would serialize all its actions.
 */
async function holdCaller(tx: Aggregates, caller: Principal): Promise<void> {
  const user = callingUser(caller);
  if (user === undefined) return;
  // Always in this order, which deletions use too, so that they don't deadlock.
  if (!(await tx.users.hold(user.id, user.epoch)) || !(await holdCredential(tx, caller)))
    throw new IdentityError("TOKEN_INVALID", "The session or token has ended.");
  if (user.administrator && !(await tx.users.find(user.id))?.administrator)
    throw new IdentityError("PERMISSION_DENIED", "The user is no longer an administrator.");
}

async function holdCredential(tx: Aggregates, caller: Principal): Promise<boolean> {
  if (caller.kind === "user") return tx.sessions.hold(caller.session.id);
  return caller.kind !== "delegate" || tx.tokens.holdAccess(caller.token.hash);
}

/**
 * Returns the user that an action changes, and keeps other transactions from changing the row. Use
 * it within `act`. Rejects callers who may not change the user, unless `isAllowed`: the caller has
 * then checked a rule of its own, or has a proof that the user agrees.
 */
export async function touch(
  tx: Aggregates,
  caller: Principal,
  id: string,
  isAllowed = false,
): Promise<User> {
  const user = (await tx.users.hold(id)) ? await tx.users.find(id) : undefined;
  if (user === undefined) throw userNotFound();
  if (!isAllowed) requireMayTouch(caller, user);
  return user;
}

/** Returns whether the caller is the user, in a session and not through a client. */
export const isSelf = (caller: Principal, { id }: Pick<User, "id">): boolean =>
  caller.kind === "user" && caller.user.id === id;

/**
 * Returns whether the caller may change a user. Only the user and the operator may change an
 * administrator: no client with any scope, no other administrator and no documented API.
 */
export const mayTouch = (caller: Principal, user: User): boolean =>
  !user.administrator || caller.kind === "operator" || isSelf(caller, user);

/** Rejects a caller who may not change the user. */
export function requireMayTouch(caller: Principal, user: User): void {
  if (mayTouch(caller, user)) return;
  throw new IdentityError(
    "PERMISSION_DENIED",
    "Only the user and the operator can change an administrator.",
    { metadata: { user: "administrator" } },
  );
}

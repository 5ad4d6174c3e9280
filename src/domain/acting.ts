// Acts: whatever a caller changes. It owns what must still be true at the moment when an act is
// committed - that the credential opens something, and that the user who is changed may be touched
// - and must not know what is changed.
import type { Principal } from "./principal.ts";
import { callingUser } from "./principal.ts";
import { IdentityError, userNotFound } from "./errors.ts";
import type { User } from "./model.ts";
import type { Aggregates, Store } from "./store.ts";

/**
 * Does an act of the caller in one transaction, and nothing of it once the caller's credential has
 * ended.
 */
export const act = <T>(
  store: Pick<Store, "transaction">,
  caller: Principal,
  work: (tx: Aggregates) => Promise<T>,
): Promise<T> =>
  store.transaction(async (tx) => {
    await hold(tx, caller);
    return work(tx);
  });

/**
 * Keeps the credential of a user from ending before the transaction does, and refuses one that has.
 * Each end changes a row that this changes too: the user's, that of the session or that of the
 * token. So the act or the end is first, on every node. A client's own token is not held: one row
 * would put all its acts into a line.
 */
export async function hold(tx: Aggregates, caller: Principal): Promise<void> {
  const user = callingUser(caller);
  if (user === undefined) return;
  // Always in this order, which is that of deletions too.
  if (!(await tx.users.hold(user.id, user.epoch)) || !(await holdCredential(tx, caller)))
    throw new IdentityError("TOKEN_INVALID", "The session or token has ended.");
  if (user.administrator && !(await tx.users.find(user.id))?.administrator)
    throw new IdentityError("PERMISSION_DENIED", "The user is no administrator any more.");
}

async function holdCredential(tx: Aggregates, caller: Principal): Promise<boolean> {
  if (caller.kind === "user") return tx.sessions.hold(caller.session.id);
  return caller.kind !== "delegate" || tx.tokens.holdAccess(caller.token.hash);
}

/**
 * The user whom an act changes, for the work of `act`: as nobody else changes the row before the
 * transaction ends. Refuses whoever may not touch the user, unless `isAllowed`: by a rule of its
 * own, or by a proof that the user wants it.
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

/** Whether the caller is the user, in a session and not through an application. */
export const isSelf = (caller: Principal, { id }: Pick<User, "id">): boolean =>
  caller.kind === "user" && caller.user.id === id;

/**
 * Only the user and the operator touch an administrator: no client, whatever its scopes, no page
 * and no documented API.
 */
export const mayTouch = (caller: Principal, user: User): boolean =>
  !user.administrator || caller.kind === "operator" || isSelf(caller, user);

/** Refuses whoever may not. */
export function requireMayTouch(caller: Principal, user: User): void {
  if (mayTouch(caller, user)) return;
  throw new IdentityError(
    "PERMISSION_DENIED",
    "Only the user and the operator change an administrator.",
    { metadata: { user: "administrator" } },
  );
}

// What ends when a mailbox is proven for the first time by a new password: all that was given
// before, because it may have been given by a stranger who registered the address first. It owns
// what that is, and must not know how the address was proven.
import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../principal.ts";
import type { Clock } from "../clock.ts";
import type { Client, Consent } from "../model.ts";
import type { Aggregates } from "../store.ts";

/** How many are looked for at once. */
const PART = 100;

/** How much of it there was. */
export interface Ended {
  readonly grants: number;
  readonly clients: number;
}

/**
 * Ends it, in the transaction that has raised the epoch: agreements with their codes and tokens,
 * the user's own applications with all that others have given them, sessions, and what is
 * remembered of right passwords. Groups stay: they are of others too.
 */
export async function endAllBefore(
  tx: Aggregates,
  clock: Clock,
  context: RequestContext,
  userId: string,
): Promise<Ended> {
  const endGrant = async ({ id, clientId }: Consent): Promise<void> => {
    await tx.grants.delete(id);
    await tx.audit.append(auditEvent(clock, context, "grant.revoke", { userId, clientId }));
  };
  const endClient = async ({ id: clientId }: Client): Promise<void> => {
    await tx.clients.delete(clientId);
    await tx.audit.append(auditEvent(clock, context, "client.delete", { userId, clientId }));
  };
  await tx.sessions.deleteAll(userId);
  await tx.passwordChecks.clear(userId);
  return {
    grants: await each(() => tx.grants.list(userId, { limit: PART }), endGrant),
    clients: await each(() => tx.clients.list(userId, { limit: PART }), endClient),
  };
}

/** Ends what there is, part after part, until nothing is left; answers how much that was. */
async function each<Item>(
  list: () => Promise<Item[]>,
  end: (item: Item) => Promise<void>,
): Promise<number> {
  for (let count = 0; ;) {
    const items = await list();
    if (items.length === 0) return count;
    for (const item of items) await end(item);
    count += items.length;
  }
}

import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../request-context.ts";
import type { Clock } from "../clock.ts";
import type { Client, Consent } from "../model.ts";
import type { Aggregates } from "../store.ts";

/** How many rows are read at once. */
const PART = 100;

/** How many consents and clients have ended. */
export interface Ended {
  readonly grants: number;
  readonly clients: number;
}

/**
 * Ends everything granted before a user proved the address for the first time, by a new password: a
 * stranger may have registered the address before. It runs in the transaction that raised the
 * epoch. It ends consents with their codes and tokens, the clients that the user registered,
 * sessions, and known networks. Groups stay, because they belong to other users too.
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
  await tx.sessions.deleteAll(userId, clock.now());
  await tx.passwordChecks.clear(userId);
  return {
    grants: await each(() => tx.grants.list(userId, { limit: PART }), endGrant),
    clients: await each(() => tx.clients.list(userId, { limit: PART }), endClient),
  };
}

/** Ends the listed items, part after part, until the list is empty; returns how many. */
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

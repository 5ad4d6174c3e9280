import type { Clock } from "../clock.ts";
import type { Store } from "../store.ts";
import { RESTORABLE_MS } from "../accounts/user-state.ts";

/** Small, so that a chunk blocks no request for long. */
const CHUNK = 500;

/**
 * Removes users who can't be restored any more, clients that registered themselves and stayed
 * unused, and everything else that has expired, and renews old
 * keys. Returns how many rows it has removed.
 */
export async function purge(
  store: Store,
  clock: Clock,
  { unusedClientMs }: { readonly unusedClientMs: number },
): Promise<number> {
  const now = clock.now();
  // A process of the version before may have inserted users while this one was starting.
  await store.renewKeys();
  const users = await inChunks(() => store.users.purge(now - RESTORABLE_MS, CHUNK));
  const clients = await inChunks(() =>
    store.clients.purgeUnused({ now, usedBefore: now - unusedClientMs }, CHUNK),
  );
  return users + clients + (await inChunks(() => store.purgeExpired(now, CHUNK)));
}

async function inChunks(remove: () => Promise<number>): Promise<number> {
  for (let total = 0; ;) {
    const removed = await remove();
    total += removed;
    if (removed === 0) return total;
  }
}

import { CLOCK_SKEW } from "../../durations.ts";
import type { Clock } from "../../clock.ts";
import { hashToken } from "../../security/tokens.ts";
import type { Store } from "../../store.ts";

/** What has a `jti`. */
type Purpose = "dpop" | "client-assertion";

/**
 * Accepts the `jti` of a sender once in a window, and returns whether this is the first time. One
 * statement decides which of several requests is first. The window must be longer than the JWT is
 * valid, and the same for each purpose.
 */
export async function isFirstUse(
  store: Store,
  clock: Clock,
  { purpose, sender, jti }: { purpose: Purpose; sender: string; jti: string },
  windowMs: number,
): Promise<boolean> {
  const key = `${purpose}:${sender}:${hashToken(jti)}`;
  const use = { key, limit: 1, windowMs: windowMs + CLOCK_SKEW };
  return store.attempts.spend(use, clock.now());
}

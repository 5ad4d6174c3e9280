// What a client has been given, as its owner sees it: numbers, and an end of it all. It owns both
// and must not show who has given it.
import { act } from "../../acting.ts";
import { auditEvent } from "../../audit.ts";
import type { RequestContext } from "../../request-context.ts";
import { callingUser, requireRecent } from "../../principal.ts";
import type { Clock } from "../../clock.ts";
import type { Store } from "../../store.ts";
import type { Clients } from "./clients.ts";

/** Nobody needs to know how many thousands there are, and a look at the page must cost little. */
export const MOST_COUNTED = 1000;

/**
 * How much access a client has; each number is `MOST_COUNTED` at most, which then means that or
 * more.
 */
export interface ClientUsageSummary {
  /** Users who have agreed. */
  readonly users: number;
  /** Access tokens that work. */
  readonly accessTokens: number;
  /** Refresh tokens that work. */
  readonly refreshTokens: number;
  /** Absent: never, or too long ago to be known. */
  readonly lastUsedAt: number | undefined;
}

export class ClientUsage {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #clients: Clients;

  constructor(store: Store, clock: Clock, clients: Clients) {
    this.#store = store;
    this.#clock = clock;
    this.#clients = clients;
  }

  /** What a client that the caller may see has been given. */
  async summarize(context: RequestContext, clientId: string): Promise<ClientUsageSummary> {
    await this.#clients.get(context, clientId);
    const [grants, tokens] = await Promise.all([
      this.#store.grants.summarize(clientId, MOST_COUNTED),
      this.#store.tokens.summarize(clientId, this.#clock.now(), MOST_COUNTED),
    ]);
    const uses = [grants.lastUsedAt, tokens.lastUsedAt].filter((at) => at !== undefined);
    return {
      users: grants.users,
      accessTokens: tokens.access,
      refreshTokens: tokens.refresh,
      lastUsedAt: uses.length === 0 ? undefined : Math.max(...uses),
    };
  }

  /**
   * Ends every code and token of the client. What users have agreed to stays: they are not asked
   * again.
   */
  async end(context: RequestContext, clientId: string): Promise<void> {
    await act(this.#store, context.caller, async (tx) => {
      await this.#clients.get(context, clientId, tx);
      requireRecent(context.caller, this.#clock.now());
      await tx.tokens.deleteOf(clientId);
      await tx.audit.append(
        auditEvent(this.#clock, context, "token.revoke", {
          clientId,
          userId: callingUser(context.caller)?.id,
          details: { all: "true" },
        }),
      );
    });
  }
}

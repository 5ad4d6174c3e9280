import { act } from "../../acting.ts";
import { auditEvent } from "../../audit.ts";
import type { RequestContext } from "../../request-context.ts";
import { callingUser } from "../../principal.ts";
import type { Clock } from "../../clock.ts";
import type { Store } from "../../store.ts";
import { requireMayChange } from "./client-access.ts";
import type { ClientRules } from "./client-rules.ts";
import type { Clients } from "./clients.ts";

/** The summary counts no further, so that the page stays cheap. */
export const MOST_COUNTED = 1000;

/** How much access a client has. The number `MOST_COUNTED` means that many or more. */
export interface ClientUsageSummary {
  /** Users who have given their consent. */
  readonly users: number;
  /** Valid access tokens. */
  readonly accessTokens: number;
  /** Valid refresh tokens. */
  readonly refreshTokens: number;
  /** Absent if never, or so long ago that the store has no record. */
  readonly lastUsedAt: number | undefined;
}

/** The access of a client, as its owner sees it: numbers only, not which users gave it. */
export class ClientUsage {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #clients: Clients;
  readonly #rules: ClientRules;

  constructor(store: Store, clock: Clock, clients: Clients, rules: ClientRules) {
    this.#store = store;
    this.#clock = clock;
    this.#clients = clients;
    this.#rules = rules;
  }

  /** Returns how much access a client has. */
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
   * Ends every code and token of the client, many of them in parts. The consents stay, so users are
   * not asked again.
   */
  async end(context: RequestContext, clientId: string): Promise<void> {
    const isDone = await act(this.#store, context.caller, async (tx) => {
      const client = await tx.clients.find(clientId);
      requireMayChange(this.#rules, context, client, this.#clock.now());
      if (await tx.tokens.deletePart(clientId)) return false;
      await tx.tokens.deleteOf(clientId);
      await tx.audit.append(
        auditEvent(this.#clock, context, "token.revoke", {
          clientId,
          userId: callingUser(context.caller)?.id,
          details: { all: "true" },
        }),
      );
      return true;
    });
    if (!isDone) return this.end(context, clientId);
  }
}

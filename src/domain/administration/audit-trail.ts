// The audit trail as administrators read it. It owns what can be asked of it and must not know who wrote it.
import type { Context } from "../caller.ts";
import { earliestId } from "../clock.ts";
import type { AuditEvent } from "../model.ts";
import type { PageOf, PageRequest, PageTokens } from "../page-token.ts";
import type { Store } from "../store.ts";
import { requireAdministrator } from "./administrators.ts";

/** What an event must have; absent: anything. */
export interface AuditQuery extends PageRequest {
  readonly userId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly actor?: string | undefined;
  readonly type?: string | undefined;
  readonly succeeded?: boolean | undefined;
  /** From this time on. */
  readonly from?: number | undefined;
  /** Before this time. */
  readonly until?: number | undefined;
}

export class AuditTrail {
  readonly #store: Store;
  readonly #pageTokens: PageTokens;

  constructor(store: Store, pageTokens: PageTokens) {
    this.#store = store;
    this.#pageTokens = pageTokens;
  }

  /** Newest first. */
  async list(context: Context, query: AuditQuery): Promise<PageOf<AuditEvent>> {
    requireAdministrator(context);
    const { userId, clientId, actor, type, succeeded, from, until } = query;
    // The ids of events begin with their time, and are in an index with everything else.
    const filter = { userId, clientId, actor, type, succeeded, from: from === undefined ? undefined : earliestId(from), before: until === undefined ? undefined : earliestId(until) };
    return this.#pageTokens.page(["audit", JSON.stringify(filter)], query, (page) => this.#store.audit.list(filter, page), ({ id }) => id);
  }
}

// The audit trail as administrators read it: with names beside the ids. It owns what can be asked
// of it and must not know who wrote it.
import type { RequestContext } from "../request-context.ts";
import { actorIds } from "../principal.ts";
import { earliestId } from "../ids.ts";
import type { AuditEvent } from "../model.ts";
import type { PageOf, PageRequest } from "../paging.ts";
import type { PageTokens } from "../security/signed-values.ts";
import type { AuditFilter, Store } from "../store.ts";
import { requireAdministrator } from "./administrators.ts";

/** What an event must have; absent: anything. */
export interface AuditQuery extends PageRequest, Omit<AuditFilter, "from" | "before"> {
  /** From this time on. */
  readonly from?: number | undefined;
  /** Before this time. */
  readonly until?: number | undefined;
}

/**
 * Somebody or something that an event names; the name is empty when there is nobody of that id any
 * more.
 */
export interface Named {
  readonly kind: "user" | "client";
  readonly id: string;
  readonly name: string;
}

/** An event with the names of all that it names. */
export interface NamedEvent {
  readonly event: AuditEvent;
  /**
   * Who did it: a user, a client, a user and the client that acted for them; nobody: see the event.
   */
  readonly actors: readonly Named[];
  readonly user: Named | undefined;
  readonly client: Named | undefined;
}

/** Gives events the names of this moment, each asked for once. */
export async function nameEvents(
  { users, clients }: Store,
  events: readonly AuditEvent[],
): Promise<readonly NamedEvent[]> {
  const asked = new Map<string, Promise<string>>();
  const nameOf = async (kind: Named["kind"], id: string): Promise<string> => {
    if (kind === "client") return (await clients.find(id))?.name ?? "";
    const user = await users.find(id);
    return user === undefined ? "" : user.username || user.email;
  };
  const name = async (kind: Named["kind"], id: string): Promise<Named> => {
    const asking = asked.get(kind + id) ?? nameOf(kind, id);
    asked.set(kind + id, asking);
    return { kind, id, name: await asking };
  };
  const nameEvent = async (event: AuditEvent): Promise<NamedEvent> => ({
    event,
    actors: await Promise.all(actorIds(event.actor).map(({ kind, id }) => name(kind, id))),
    user: event.userId === undefined ? undefined : await name("user", event.userId),
    client: event.clientId === undefined ? undefined : await name("client", event.clientId),
  });
  return Promise.all(events.map(nameEvent));
}

export class AuditTrail {
  readonly #store: Store;
  readonly #pageTokens: PageTokens;

  constructor(store: Store, pageTokens: PageTokens) {
    this.#store = store;
    this.#pageTokens = pageTokens;
  }

  /** Newest first. */
  async list(context: RequestContext, query: AuditQuery): Promise<PageOf<NamedEvent>> {
    requireAdministrator(context);
    const { userId, clientId, actor, type, succeeded, from, until } = query;
    // The ids of events begin with their time, and are in an index with everything else.
    const filter = {
      userId,
      clientId,
      actor,
      type,
      succeeded,
      from: from === undefined ? undefined : earliestId(from),
      before: until === undefined ? undefined : earliestId(until),
    };
    const page = await this.#pageTokens.page(
      ["audit", JSON.stringify(filter)],
      query,
      (wanted) => this.#store.audit.list(filter, wanted),
      ({ id }) => id,
    );
    return { ...page, items: await nameEvents(this.#store, page.items) };
  }
}

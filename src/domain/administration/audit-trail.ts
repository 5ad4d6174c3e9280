import type { RequestContext } from "../request-context.ts";
import { actorIds } from "../principal.ts";
import { earliestId, timeOfId } from "../ids.ts";
import type { AuditEvent } from "../model.ts";
import type { PageOf, PageRequest } from "../paging.ts";
import type { PageTokens } from "../security/signed-values.ts";
import type { AuditFilter, AuditTotal, Store } from "../store.ts";
import { requireAdministratorOr } from "./administrators.ts";
import { createNaming, type Named } from "./naming.ts";

/** A search for events. An absent property matches every event. */
export interface AuditSearch extends Omit<AuditFilter, "from" | "before"> {
  /** From this time on. */
  readonly from?: number | undefined;
  /** Before this time. */
  readonly until?: number | undefined;
}

export interface AuditQuery extends PageRequest, AuditSearch {
  /** The newest event comes first by default. */
  readonly isOldestFirst?: boolean;
}

/** One page of events. */
interface AuditPage<Event> extends PageOf<Event> {
  /**
   * The time of the last event that was looked at, if the search stopped there: too few of the
   * events match. The next page goes on from there, so a page may have no event and a next page.
   */
  readonly stoppedAt: number | undefined;
  /** How many events match, counted up to 10,000. */
  readonly total: AuditTotal;
}

/** Up to so many events are counted. */
const MAX_TOTAL = 10_000;

/** An event with the names of its users and clients. */
export interface NamedEvent {
  readonly event: AuditEvent;
  /**
   * The user, the client, or the client and the user it acted for. Empty for other actors: see the
   * event.
   */
  readonly actors: readonly Named[];
  readonly user: Named | undefined;
  readonly client: Named | undefined;
  /** The name of the community that the details name; undefined without one. */
  readonly group: string | undefined;
}

const GROUP_ID = /^\d{1,18}$/;

/** Adds the current names to events and reads each name once. */
export async function nameEvents(
  store: Store,
  events: readonly AuditEvent[],
): Promise<readonly NamedEvent[]> {
  const name = createNaming(store);
  const groups = new Map<string, Promise<string | undefined>>();
  const groupOf = ({ details: { group = "" } }: AuditEvent): Promise<string | undefined> => {
    if (!GROUP_ID.test(group)) return Promise.resolve(undefined);
    const asking = groups.get(group) ?? store.groups.find(BigInt(group)).then((each) => each?.name);
    groups.set(group, asking);
    return asking;
  };
  const nameEvent = async (event: AuditEvent): Promise<NamedEvent> => ({
    event,
    actors: await Promise.all(actorIds(event.actor).map(({ kind, id }) => name(kind, id))),
    user: event.userId === undefined ? undefined : await name("user", event.userId),
    client: event.clientId === undefined ? undefined : await name("client", event.clientId),
    group: await groupOf(event),
  });
  return Promise.all(events.map(nameEvent));
}

/**
 * Returns the filter of a search. The ids of events begin with their time, and each index of the
 * table includes the id.
 */
const filterOf = ({ userId, clientId, actor, type, succeeded, from, until }: AuditSearch) => ({
  userId,
  clientId,
  actor,
  type,
  succeeded,
  from: from === undefined ? undefined : earliestId(from),
  before: until === undefined ? undefined : earliestId(until),
});

/** How many events the operator's list reads at once. */
const PART = 500;

/**
 * Yields every event that matches, as the operator reads them. It keeps one part of them in memory.
 */
export async function* everyEvent(
  { audit }: Pick<Store, "audit">,
  search: AuditSearch,
  isOldestFirst = false,
): AsyncGenerator<AuditEvent> {
  const filter = filterOf(search);
  for (let after: string | undefined; ;) {
    const { items, stoppedAt } = await audit.search(filter, { after, limit: PART, isOldestFirst });
    yield* items;
    after = stoppedAt ?? items.at(-1)?.id;
    if (items.length < PART && stoppedAt === undefined) return;
  }
}

/** The audit trail as administrators and clients with a scope for it read it. */
export class AuditTrail {
  readonly #store: Store;
  readonly #pageTokens: PageTokens;
  /** For how many days events are kept; 0: for ever. */
  readonly keptDays: number;

  constructor(store: Store, pageTokens: PageTokens, keptDays: number) {
    this.#store = store;
    this.#pageTokens = pageTokens;
    this.keptDays = keptDays;
  }

  /** Lists events, the newest first unless the query says otherwise. */
  async list(context: RequestContext, query: AuditQuery): Promise<AuditPage<AuditEvent>> {
    requireAdministratorOr(context, "audit.read");
    const { isOldestFirst = false } = query;
    const filter = filterOf(query);
    let stopped: string | undefined;
    const page = await this.#pageTokens.partPage(
      ["audit", JSON.stringify(filter), isOldestFirst ? "oldest first" : "newest first"],
      query,
      async (wanted) => {
        const part = await this.#store.audit.search(filter, { ...wanted, isOldestFirst });
        stopped = part.stoppedAt;
        return part;
      },
      ({ id }) => id,
    );
    return {
      ...page,
      stoppedAt: stopped === undefined ? undefined : timeOfId(stopped),
      total: await this.#store.audit.count(filter, MAX_TOTAL),
    };
  }

  /** Lists events with the names of what they name. */
  async listNamed(context: RequestContext, query: AuditQuery): Promise<AuditPage<NamedEvent>> {
    const page = await this.list(context, query);
    return { ...page, items: await nameEvents(this.#store, page.items) };
  }

  /** Yields every event that matches. */
  every(
    context: RequestContext,
    search: AuditSearch,
    isOldestFirst = false,
  ): AsyncGenerator<AuditEvent> {
    requireAdministratorOr(context, "audit.read");
    return everyEvent(this.#store, search, isOldestFirst);
  }
}

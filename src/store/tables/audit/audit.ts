import type { AuditStore, AuditFilter } from "../../../domain/store.ts";
import type { Database } from "../../engine/database.ts";
import { countEvents, searchEvents } from "./search.ts";
import { toEvent } from "./event-row.ts";
import { purgeEvents } from "./purge-events.ts";
import { insertion } from "../../engine/writes/insertion.ts";

const inserted = insertion("audit_events");

/**
 * The filters, the most selective first. Indexes audit_events_user, _client, _actor, _type,
 * _outcome.
 */
const FILTERS: readonly (readonly [
  column: "user_id" | "client_id" | "actor" | "type" | "succeeded",
  value: (filter: AuditFilter) => string | number | undefined,
])[] = [
  ["user_id", ({ userId }) => userId],
  ["succeeded", ({ succeeded }) => (succeeded === false ? 0 : undefined)],
  ["actor", ({ actor }) => actor],
  ["client_id", ({ clientId }) => clientId],
  ["type", ({ type }) => type],
  ["succeeded", ({ succeeded }) => (succeeded === true ? 1 : undefined)],
];

export const audit = (db: Database): AuditStore => ({
  append: (event) =>
    inserted.one(db, {
      id: event.id,
      at: event.at,
      type: event.type,
      succeeded: Number(event.succeeded),
      actor: event.actor,
      user_id: event.userId ?? null,
      client_id: event.clientId ?? null,
      address: event.address,
      details: JSON.stringify(event.details),
      shard_key: event.userId ?? event.id,
    }),

  async list(filter, { after, limit }) {
    const said = FILTERS.map(([column, value]) => [column, value(filter)] as const).filter(
      ([, value]) => value !== undefined,
    );
    const rows = await db
      .selectFrom("audit_events")
      .selectAll()
      .where((eb) => {
        // The first filter uses its index, in the order of the ids. If all filters could use one,
        // an engine might choose a worse index.
        const facts = said.map(([column, value = ""], index) =>
          index === 0 ? eb(column, "=", value) : eb(eb.fn.coalesce(column, eb.val("")), "=", value),
        );
        const before = [filter.before, after].flatMap((id) =>
          id === undefined ? [] : [eb("id", "<", id)],
        );
        return eb.and([
          ...facts,
          ...before,
          ...(filter.from === undefined ? [] : [eb("id", ">=", filter.from)]),
        ]);
      })
      .orderBy("id", "desc")
      .limit(limit)
      .execute();
    return rows.map(toEvent);
  },

  search: (filter, page) => searchEvents(db, filter, page),

  count: (filter, limit) => countEvents(db, filter, limit),

  purge: (until, limit) => purgeEvents(db, until, limit),
});

import { MysqlAdapter, type RawBuilder, sql } from "kysely";
import type { AuditFilter } from "../../../domain/store.ts";
import type { Database } from "../../engine/database.ts";

/** What is said of events, and the index that lists these events in the order of their ids. */
export interface AuditFact {
  readonly index: string;
  readonly columns: readonly (readonly [name: string, value: string | number])[];
}

/** Returns the facts of a filter. */
export function factsOf({ userId, clientId, actor, type, succeeded }: AuditFilter): AuditFact[] {
  const outcome = succeeded === undefined ? undefined : Number(succeeded);
  const fact = (index: string, name: string, value: string | number | undefined): AuditFact[] =>
    value === undefined ? [] : [{ index, columns: [[name, value]] }];
  const kinds: AuditFact[] =
    type !== undefined && outcome !== undefined
      ? [
          {
            index: "audit_events_type_outcome",
            columns: [
              ["type", type],
              ["succeeded", outcome],
            ],
          },
        ]
      : [
          ...fact("audit_events_type", "type", type),
          ...fact("audit_events_outcome", "succeeded", outcome),
        ];
  return [
    ...fact("audit_events_user", "user_id", userId),
    ...fact("audit_events_actor", "actor", actor),
    ...fact("audit_events_client", "client_id", clientId),
    ...kinds,
  ];
}

/** Where a search reads: ids of a range, in one direction. */
export interface Range {
  readonly conditions: readonly RawBuilder<unknown>[];
  readonly isOldestFirst: boolean;
}

/** Returns the range of a filter, after an id. */
export function rangeOf(
  { from, before }: AuditFilter,
  after: string | undefined,
  isOldestFirst: boolean,
): Range {
  const conditions = [
    ...(from === undefined ? [] : [sql`id >= ${from}`]),
    ...(before === undefined ? [] : [sql`id < ${before}`]),
    ...(after === undefined ? [] : [isOldestFirst ? sql`id > ${after}` : sql`id < ${after}`]),
  ];
  return { conditions, isOldestFirst };
}

/** Returns the end of a statement that reads a range in order. */
export const inOrder = ({ isOldestFirst }: Range): RawBuilder<unknown> =>
  isOldestFirst ? sql`order by id` : sql`order by id desc`;

/** Returns a condition of all the given ones. */
export const allOf = (conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> =>
  conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;

/** Returns the conditions of a fact. */
export const conditionsOf = ({ columns }: AuditFact): RawBuilder<unknown>[] =>
  columns.map(([name, value]) => sql`${sql.ref(name)} = ${value}`);

/**
 * Returns the table, read by the index of a fact, or by the primary key without one. An engine that
 * could choose might read a range of the primary key for an event that hardly exists.
 */
export function eventsBy(db: Database, fact: AuditFact | undefined): RawBuilder<unknown> {
  const isMysql = db.getExecutor().adapter instanceof MysqlAdapter;
  const index = fact?.index ?? (isMysql ? "PRIMARY" : "sqlite_autoindex_audit_events_1");
  return isMysql
    ? sql`audit_events force index (${sql.ref(index)})`
    : sql`audit_events indexed by ${sql.ref(index)}`;
}

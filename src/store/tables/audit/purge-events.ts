// Ids begin with the time, so the oldest events are the first ones of the primary key.
import { MysqlAdapter, sql } from "kysely";
import { earliestId } from "../../../domain/ids.ts";
import type { Database } from "../../engine/database.ts";
import { statistics } from "./statistics.ts";

/** Removes events; see `AuditStore`. */
export async function purgeEvents(db: Database, until: number, limit: number): Promise<number> {
  // The position only moves on, so it may be read before.
  const counted = await statistics(db).position();
  const before = earliestId(until + 1);
  const old = sql`id < ${before} and id <= ${counted} order by id limit ${limit}`;
  const isMysql = db.getExecutor().adapter instanceof MysqlAdapter;
  const result = await (
    isMysql
      ? sql`delete from audit_events where ${old}`
      : sql`delete from audit_events where id in (select id from audit_events where ${old})`
  ).execute(db); // The primary key.
  return Number(result.numAffectedRows ?? 0n);
}

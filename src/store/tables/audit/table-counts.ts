import { type RawBuilder, sql } from "kysely";
import type { CountedPart, CountedTable } from "../../../domain/administration/statistics/store.ts";
import type { Database } from "../../engine/database.ts";

/** Returns the name under which each row of a part is counted; null for one that isn't. */
const NAMES: Readonly<Record<CountedTable, (now: number) => RawBuilder<string | null>>> = {
  users: (now) => sql`case when part.deleted_at is not null then 'users.deleted'
    when part.locked = 1 and (part.lock_until is null or part.lock_until > ${now})
    then 'users.locked' else 'users.active' end`,
  clients: () => sql`'clients'`,
  // A session of an older epoch has ended with the access of its user.
  sessions: (now) => sql`case when part.expires_at > ${now} and exists (select 1 from users
    where users.id = part.user_id and users.epoch = part.epoch)
    then concat('sessions.', part.api) end`,
};

/** The columns that the names need. */
const COLUMNS: Readonly<Record<CountedTable, readonly string[]>> = {
  users: ["id", "deleted_at", "locked", "lock_until"],
  clients: ["id"],
  sessions: ["id", "user_id", "epoch", "api", "expires_at"],
};

/** Counts a part of a table, in the order of the primary key. */
export async function countTablePart(
  db: Database,
  table: CountedTable,
  { after, limit }: { readonly after: string; readonly limit: number },
  now: number,
): Promise<CountedPart> {
  const columns = sql.join(COLUMNS[table].map((column) => sql.ref(column)));
  const part = sql`select ${columns} from ${sql.table(table)}
    where id > ${after} order by id limit ${limit}`;
  const { rows } = await sql<{ name: string | null; many: number; last: string }>`
    select ${NAMES[table](now)} as name, count(*) as many, max(part.id) as last
    from (${part}) as part group by 1`.execute(db); // The primary key.
  return {
    counts: rows.flatMap(({ name, many }) => (name === null ? [] : [{ name, rows: Number(many) }])),
    rows: rows.reduce((sum, { many }) => sum + Number(many), 0),
    last: rows.reduce((last, row) => (row.last > last ? row.last : last), after),
  };
}

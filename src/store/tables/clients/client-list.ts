// The list of clients: filtered, in several orders, and counted.
import { type Expression, type ExpressionBuilder, sql, type SqlBool } from "kysely";
import type {
  ClientFilter,
  ClientOrder,
  ClientPlace,
  ClientStore,
} from "../../../domain/oauth/store.ts";
import type { Database } from "../../engine/database.ts";
import type { Tables } from "../../engine/schema.ts";
import { clientFromRow } from "./client-row.ts";

type Builder = ExpressionBuilder<Tables, "clients">;

/**
 * The same values, by no index. The APIs are in none, so in the order of an index each row would be
 * looked up; reading the table once and keeping the first rows costs a tenth.
 */
const UNINDEXED = {
  id: sql`coalesce(id, '')`,
  name: sql`coalesce(name, '')`,
  createdAt: sql`created_at + 0`,
} as const;

const COLUMNS = { id: "id", name: "name", createdAt: "created_at" } as const;

/**
 * The usual ways to write a text that isn't all ASCII. SQLite knows upper and lower case of ASCII
 * only, and these cost less than `lower` does elsewhere.
 */
function spellings(text: string): string[] {
  const lower = text.toLowerCase();
  const titled = lower.replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase());
  return [...new Set([text, lower, text.toUpperCase(), titled])];
}

const hasText = (eb: Builder, text: string): Expression<SqlBool> =>
  eb.or([
    ...(/^[\0-\x7f]*$/.test(text)
      ? [sql<SqlBool>`instr(lower(name), ${text.toLowerCase()}) > 0`]
      : spellings(text).map((spelling) => sql<SqlBool>`instr(name, ${spelling}) > 0`)),
    eb("id", "=", text),
  ]);

function matches(eb: Builder, filter: ClientFilter): Expression<SqlBool> {
  const { ownerId, isDisabled, isVerified, isPublic, api, text } = filter;
  const isSet = (column: "disabled_at" | "verified_at", wanted: boolean | undefined) =>
    wanted === undefined ? [] : [eb(column, wanted ? "is not" : "is", null)];
  return eb.and([
    ...(ownerId === undefined ? [] : [eb("owner_id", "=", ownerId)]),
    ...isSet("disabled_at", isDisabled),
    ...isSet("verified_at", isVerified),
    ...(isPublic === undefined ? [] : [eb("public", "=", Number(isPublic))]),
    // A JSON list of names, which need no escapes.
    ...(api === undefined ? [] : [sql<SqlBool>`instr(apis, ${JSON.stringify(api)}) > 0`]),
    ...(text === undefined ? [] : [hasText(eb, text)]),
  ]);
}

function isAfter(
  eb: Builder,
  { by, isDescending }: ClientOrder,
  place: ClientPlace | undefined,
): Expression<SqlBool> {
  if (place === undefined) return eb.and([]);
  const column = COLUMNS[by];
  const [value, id] = place;
  const [beyond, from] = isDescending ? (["<", "<="] as const) : ([">", ">="] as const);
  // The first condition finds the place in the index; on MySQL the others alone would not.
  return eb.and([
    eb(column, from, value),
    eb.or([eb(column, beyond, value), eb("id", beyond, id)]),
  ]);
}

export const clientList = (db: Database): Pick<ClientStore, "select" | "count"> => ({
  async select(filter, order, { after, limit }) {
    const direction = order.isDescending ? "desc" : "asc";
    const column = COLUMNS[order.by];
    const isIndexed = filter.api === undefined || filter.ownerId !== undefined;
    // Index clients_created_listed or clients_name_listed, which has all filtered columns but the
    // APIs; of one owner clients_owner; by id the primary key; by API none.
    const wanted = await db
      .selectFrom("clients")
      .select("id")
      .where((eb) => matches(eb, filter))
      .where((eb) => isAfter(eb, order, after))
      .orderBy(isIndexed ? sql.ref(column) : UNINDEXED[order.by], direction)
      .$if(column !== "id", (query) => query.orderBy("id", direction))
      .limit(limit)
      .execute();
    if (wanted.length === 0) return [];
    const ids = wanted.map(({ id }) => id);
    // The primary key. A join would let SQLite begin with the table, and read all of it.
    const rows = await db.selectFrom("clients").selectAll().where("id", "in", ids).execute();
    const found = new Map(rows.map((row) => [row.id, clientFromRow(row)]));
    return ids.flatMap((id) => found.get(id) ?? []);
  },

  async count(filter) {
    // Index clients_name_listed or clients_created_listed; of one owner clients_owner.
    const { count } = await db
      .selectFrom("clients")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where((eb) => matches(eb, filter))
      .executeTakeFirstOrThrow();
    return count;
  },
});

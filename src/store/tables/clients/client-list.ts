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

const COLUMNS = { id: "id", name: "name", createdAt: "created_at" } as const;

/**
 * The ways to write a text. SQLite knows upper and lower case of ASCII only, so the usual ways of
 * other letters are compared one by one.
 */
function spellings(text: string): string[] {
  const lower = text.toLowerCase();
  const titled = lower.replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase());
  return [...new Set([text, lower, text.toUpperCase(), titled])];
}

function hasText(eb: Builder, text: string): Expression<SqlBool> {
  const inLower = sql<SqlBool>`instr(lower(name), ${text.toLowerCase()}) > 0`;
  // ASCII needs no other spelling.
  const others = /^[\0-\x7f]*$/.test(text) ? [] : spellings(text);
  return eb.or([
    inLower,
    ...others.map((spelling) => sql<SqlBool>`instr(name, ${spelling}) > 0`),
    eb("id", "=", text),
  ]);
}

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
    // Index clients_created_listed or clients_name_listed, which has all filtered columns but the
    // APIs; of one owner clients_owner; by id the primary key.
    const wanted = db
      .selectFrom("clients")
      .select("id as wanted_id")
      .where((eb) => matches(eb, filter))
      .where((eb) => isAfter(eb, order, after))
      .orderBy(column, direction)
      .$if(column !== "id", (query) => query.orderBy("id", direction))
      .limit(limit);
    const rows = await db
      .selectFrom(wanted.as("wanted"))
      .innerJoin("clients", "clients.id", "wanted.wanted_id") // The primary key.
      .selectAll("clients")
      .orderBy(`clients.${column}`, direction)
      .orderBy("clients.id", direction)
      .execute();
    return rows.map(clientFromRow);
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

// What many users have let a client have: too much for one transaction.
import { sql } from "kysely";
import type { Database } from "../../engine/database.ts";

/**
 * How many rows of a table go at once. They take some 20 ms: calls that wait for one of them notice
 * nothing, and a node of Galera sends so many to the others in one piece.
 */
const PART = 2_000;

/** The primary key of each table. Each has an index that begins with the client. */
const TOKENS = [
  ["codes", "hash"],
  ["refresh_tokens", "hash"],
  ["access_tokens", "hash"],
] as const;
const ALL = [["grants", "id"], ...TOKENS] as const;

/** Deletes `PART` rows of each table that has so many of a client; returns whether one had. */
async function deletePart(
  tx: Database,
  clientId: string,
  tables: typeof ALL | typeof TOKENS,
): Promise<boolean> {
  let isPart = false;
  for (const [table, primary] of tables) {
    const [rows, key] = [sql.table(table), sql.ref(primary)];
    const some = sql<{ found: string }>`
      select ${key} as found from ${rows} where client_id = ${clientId} limit ${PART}`;
    const keys = (await some.execute(tx)).rows.map(({ found }) => found);
    // Fewer go with the client.
    if (keys.length < PART) continue;
    await sql`delete from ${rows} where ${key} in (${sql.join(keys)})`.execute(tx);
    isPart = true;
  }
  return isPart;
}

/** Deletes a part of the codes and tokens of a client; see `TokenStore`. */
export const deletePartOfTokens = (tx: Database, clientId: string): Promise<boolean> =>
  deletePart(tx, clientId, TOKENS);

/** Deletes a part of the consents, codes and tokens of a client; see `ClientStore`. */
export const deletePartOfClient = (tx: Database, clientId: string): Promise<boolean> =>
  deletePart(tx, clientId, ALL);

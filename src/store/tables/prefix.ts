// Finds rows by the beginning of a text, in the order of the text and then of the id, which an
// index of both gives.
import type { Expression, SqlBool } from "kysely";
import { sql } from "kysely";
import type { TextPlace } from "../../domain/paging.ts";

/** The last character of Unicode: it sorts after every text with the same beginning. */
export const LAST = "\u{10FFFF}";

/**
 * Returns the condition that a row's text begins so and comes after the place. Both columns are
 * named by our code, never by input.
 */
export function beginsWith(
  column: string,
  prefix: string,
  after: TextPlace | undefined,
): Expression<SqlBool> {
  const [text, id] = [sql.ref(column), sql.ref("id")];
  const [from, last] = after ?? [prefix, ""];
  // The first two conditions find the place in the index; on MySQL the pair alone would not.
  const comesAfter = sql`(${text}, ${id}) > (${from}, ${last})`;
  return sql<SqlBool>`${text} >= ${from} and ${text} < ${prefix + LAST} and ${comesAfter}`;
}

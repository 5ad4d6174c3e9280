// Rows by the beginning of a text, in the order of the text and then of the id, as an index of both
// gives them.
import type { Expression, SqlBool } from "kysely";
import { sql } from "kysely";
import type { TextPlace } from "../../domain/paging.ts";

/** After every text that begins alike: the last character that there is. */
const LAST = "\u{10FFFF}";

/** Whether a row's text begins so and comes after the place. Both columns are names of ours. */
export function beginsWith(
  column: string,
  prefix: string,
  after: TextPlace | undefined,
): Expression<SqlBool> {
  const [text, id] = [sql.ref(column), sql.ref("id")];
  const [from, last] = after ?? [prefix, ""];
  // The first two find the place in the index; the pair alone would not, on MySQL.
  return sql<SqlBool>`${text} >= ${from} and ${text} < ${prefix + LAST} and (${text}, ${id}) > (${from}, ${last})`;
}

// The first tables of the document: the figures that issue 12 asks for, and p50 at one connection.
import { table } from "./cells.ts";
import { SHORT, type StoreName, STORES } from "./figures.ts";
import { isReached, latencies, reaches, written } from "./reach.ts";
import type { Measured } from "./results.ts";

const VERDICTS = new Map<boolean | undefined, string>([
  [true, "yes"],
  [false, "**no**"],
]);

/** What was, what is asked and what is reached. */
export const reachTable = (measured: Measured): string[] =>
  table(
    ["SQLite / MariaDB", "was", "at most", "reached", ""],
    reaches(measured).map((row) => [
      row.what,
      row.before,
      written(row.asked, String),
      written(row.reached, row.write),
      VERDICTS.get(isReached(row)) ?? "",
    ]),
  );

/** p50 at one connection, of the Latchkey before and of this one. */
export function latencyTable(measured: Measured): string[] {
  const of = (store: StoreName) =>
    new Map(latencies(measured, store).map((each) => [each.row, each]));
  const byStore = STORES.map(of);
  const rows = [...(byStore[0]?.keys() ?? [])];
  if (rows.length === 0) return [];
  return table(
    ["p50 at one connection, ms", "SQLite: before", "now", "×", "MariaDB: before", "now", "×"],
    rows.map((row) => [
      SHORT[row],
      ...byStore.flatMap((figures) => {
        const found = figures.get(row);
        return found === undefined
          ? ["", "", ""]
          : [found.before.toFixed(2), found.now.toFixed(2), `${found.ratio.toFixed(2)} ×`];
      }),
    ]),
  );
}

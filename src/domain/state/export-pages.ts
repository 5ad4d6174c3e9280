// Whole tables, read in pages.
import type { StorePage } from "../paging.ts";

const PAGE = 500;

/** Yields the pages of a table. */
export async function* readPages<Row, Key>(
  read: (page: StorePage<Key>) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
): AsyncGenerator<readonly Row[]> {
  for (let after: Key | undefined; ;) {
    const rows = await read({ after, limit: PAGE });
    yield rows;
    if (rows.length < PAGE) return;
    after = keyOf(rows.at(-1)!);
  }
}

/** Yields the rows of a table. */
export async function* all<Row, Key>(
  read: (page: StorePage<Key>) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
): AsyncGenerator<Row> {
  for await (const rows of readPages(read, keyOf)) yield* rows;
}

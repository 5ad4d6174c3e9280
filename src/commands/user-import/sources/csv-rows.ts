import { BROKEN_CSV, cellsOf, csvScanner } from "../csv.ts";
import { linesOf } from "../lines.ts";
import { recordsAcrossLines } from "../multi-line.ts";
import type { SourceRecord } from "./source-record.ts";

/** How database tools write an absent value. */
const ABSENT: ReadonlySet<string> = new Set(["", "NULL", String.raw`\N`]);

/** Reads the rows of CSV. The first one has the names of the columns, unless they are given. */
export async function* csvRows(
  source: AsyncIterable<Buffer>,
  columns?: readonly string[],
): AsyncGenerator<SourceRecord> {
  let names = columns;
  for await (const record of recordsAcrossLines(linesOf(source), csvScanner, BROKEN_CSV)) {
    const cells = cellsOf(record);
    if (names === undefined) {
      if (cells === undefined) throw new Error("the first line is no CSV header");
      names = cells.map((name) => name.trim());
      continue;
    }
    yield {
      number: record.number,
      values:
        record.text === undefined
          ? record.problem
          : cells === undefined
            ? BROKEN_CSV
            : rowOf(cells, names, columns !== undefined),
    };
  }
}

function rowOf(
  cells: readonly string[],
  names: readonly string[],
  mayBeShort: boolean,
): SourceRecord["values"] {
  // Exports without a header leave out or add columns at the end from version to version.
  if (cells.length !== names.length && !mayBeShort)
    return `has ${cells.length} columns, the header ${names.length}`;
  return Object.fromEntries(
    names.flatMap((name, index) => {
      const cell = cells[index] ?? "";
      return ABSENT.has(cell) ? [] : [[name, cell]];
    }),
  );
}

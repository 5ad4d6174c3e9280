// What commands print on standard output: tables for people, with nothing hidden in them, and JSON
// for programs. It must not know what is in them.
import { visibleText } from "../../domain/security/visible-text.ts";

/** One line of JSON. */
export const printJson = (value: object): void =>
  void process.stdout.write(`${JSON.stringify(value)}\n`);

/** Rows under headings, each column as wide as its widest value. */
export function printTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const lines = [headings, ...rows].map((row) => row.map(visibleText));
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  for (const line of lines)
    process.stdout.write(
      `${line
        .map((value, column) => value.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd()}\n`,
    );
}

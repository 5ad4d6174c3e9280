import { visibleText } from "../../domain/security/visible-text.ts";

/** Prints one line of JSON. */
export const printJson = (value: object): void =>
  void process.stdout.write(`${JSON.stringify(value)}\n`);

/** Prints a table, with control and invisible characters made visible. */
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

/** Returns the messages of an error and its causes, in one line and without stacks. */
export const errorMessage = (error: unknown): string =>
  error instanceof Error
    ? error.cause instanceof Error
      ? `${error.message} (${errorMessage(error.cause)})`
      : error.message
    : String(error);

// docs/performance.md, written from the figures of a run.
import { expect, test } from "vitest";
import { compare } from "../../bench/document/compare.ts";
import { writeDocument } from "../../bench/document/performance.ts";
import type { Results } from "../../bench/document/results.ts";
import { figures, RUN } from "./run.ts";

const titles = (text: string): string[] =>
  text.split("\n").filter((line) => line.startsWith("## "));

const COMPLETE: Results = {
  ...RUN,
  socket: [{ row: "refresh", figures: [figures("by TCP", 100), figures("by its socket", 80)] }],
  tls: [{ name: "REST", figures: [figures("Latchkey, clear text", 50), figures("TLS", 60)] }],
  users: [
    {
      store: "SQLite",
      users: 10_000_000,
      tokens: 10_000,
      inserted: 90,
      bytes: 7 * 2 ** 30,
      tasks: { signIn: figures("signIn", 13_000) },
    },
  ],
  tokens: [
    {
      store: "MariaDB",
      users: 10_000,
      tokens: 10_000_000,
      inserted: 120,
      bytes: 3 * 2 ** 30,
      tasks: { introspect: figures("MariaDB", 200) },
    },
  ],
  comparison: compare(RUN, RUN),
};

test("the document begins with the figures that are asked for and shows every section", () => {
  const text = writeDocument(COMPLETE);
  expect(text.indexOf("| Introspection : oidc-provider |")).toBeLessThan(
    text.indexOf("## This run"),
  );
  expect(titles(text)).toEqual(
    expect.arrayContaining([
      "## This run",
      "## Who is measured",
      "## How",
      "## In short",
      "## Call by call",
      "## One connection, 16 and 64",
      "## An empty call",
      "## Plain HTTP alone",
      "## TLS",
      "## MariaDB by its socket",
      "## Two processes on one MariaDB",
      "## Start and memory",
      "## One user among many",
      "## One token among many",
      "## The three worst rows",
    ]),
  );
  expect(text).toContain("None of 69 figures is more than a tenth worse");
  expect(text).toContain("| 2 | 1,500 | 1.50 × | 1.0 | 2.0 | 1.00 | 0.40 | 0.50 | 1.90 |");
  expect(text).toContain("| 10,000,000 | MariaDB | 1.00 | 2.00 | 200 + 250 |");
  expect(text).not.toMatch(/undefined|NaN|\{rounds\}|\{connections\}/);
});

/** The columns of each table, once its cells are padded. */
function widths(text: string): number[] {
  const tables: string[][][] = [[]];
  for (const line of text.split("\n")) {
    if (line.startsWith("|")) tables.at(-1)!.push(line.split("|").slice(1, -1));
    else if (tables.at(-1)!.length > 0) tables.push([]);
  }
  return tables
    .filter((rows) => rows.length > 0)
    .map((rows) =>
      rows[0]!.reduce(
        (sum, _cell, column) => sum + 1 + Math.max(...rows.map((row) => row[column]!.length)),
        1,
      ),
    );
}

test("every table has at most 100 columns", () => {
  const all = widths(writeDocument(COMPLETE));
  expect(all.length).toBeGreaterThan(30);
  expect(Math.max(...all)).toBeLessThanOrEqual(100);
});

test("a section that did not run has no title, and one that failed is named", () => {
  const { run, calls } = RUN;
  const text = writeDocument({ run: { ...run, failed: ["tls"] }, calls: calls! });
  expect(titles(text)).not.toContain("## TLS");
  expect(text).toContain("- Sections that failed, so that they are not below: tls");
});

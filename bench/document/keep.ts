// The figures that are kept in the repository.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Results } from "./results.ts";

const LAST = join(import.meta.dirname, "../results/last.json");

/** Returns the run that is kept, if there is one. */
export const keptResults = (): Results | undefined =>
  existsSync(LAST) ? (JSON.parse(readFileSync(LAST, "utf8")) as Results) : undefined;

/** Keeps a run, with four digits of each figure. */
export function keepResults(results: Results): void {
  const rounded = (_key: string, value: unknown): unknown =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
  writeFileSync(LAST, `${JSON.stringify(results, rounded, 1)}\n`);
}

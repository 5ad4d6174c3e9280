// The results that are kept in the repository: the last one of each check on each engine.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Figure } from "./check.ts";
import type { EngineName } from "./engine.ts";

const FILE = join(import.meta.dirname, "results/last.json");

/** What one check has found on one engine. */
export interface CheckResult {
  readonly id: string;
  readonly engine: EngineName;
  readonly amount: number;
  readonly seed: number;
  /** When it began, ISO 8601. */
  readonly begin: string;
  readonly seconds: number;
  readonly commit: string;
  readonly machine: string;
  /** The load average of the last minute when it began. */
  readonly load: number;
  readonly figures: readonly Figure[];
  /** Why it couldn't be measured. */
  readonly failure?: string;
}

/** Returns the results that are kept. */
export const keptChecks = (): readonly CheckResult[] =>
  existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as CheckResult[]) : [];

/** Keeps results in place of earlier ones of the same check and engine. */
export function keepChecks(results: readonly CheckResult[]): void {
  const keyOf = ({ id, engine }: CheckResult): string => `${id} ${engine}`;
  const all = new Map(
    [...keptChecks(), ...results].map((result) => [keyOf(result), result] as const),
  );
  const sorted = [...all.values()].toSorted((one, other) =>
    keyOf(one).localeCompare(keyOf(other), "en", { numeric: true }),
  );
  writeFileSync(FILE, `${JSON.stringify(sorted, undefined, 1)}\n`);
}

// Half a minute of the torture program: what it counts must hold. What it times is for `npm run
// torture` on a machine that does nothing else.
import { afterAll, describe, expect, test } from "vitest";
import type { EngineName } from "../../torture/engine.ts";
import { CHECKS } from "../../torture/checks.ts";
import { amountOf } from "../../torture/options.ts";
import { runCheck } from "../../torture/run-check.ts";
import { SharedEngine } from "../../torture/stage.ts";

/** Three nodes of Galera are for the program itself. */
const ENGINES: readonly EngineName[] = ["SQLite", "MariaDB"];

const slice = CHECKS.filter(({ amounts }) => amounts.slice !== undefined).flatMap((check) =>
  ENGINES.filter((engine) => check.engines.includes(engine)).map((engine) => ({
    check,
    engine,
    id: check.id,
  })),
);

test("the slice has checks on both engines", () => {
  expect(new Set(slice.map(({ engine }) => engine))).toEqual(new Set(ENGINES));
});

describe("the slice of the torture program", () => {
  const shared = new Map(ENGINES.map((name) => [name, new SharedEngine(name)] as const));
  afterAll(async () => {
    for (const each of shared.values()) await each.end();
  });

  test.each(slice)("$id holds on $engine", async ({ check, engine }) => {
    const said: string[] = [];
    const result = await runCheck(check, {
      shared: shared.get(engine)!,
      amount: amountOf(check, "slice", engine),
      seed: 1,
      say: (line) => void said.push(line),
    });
    expect(result.failure).toBeUndefined();
    expect(result.figures.length).toBeGreaterThan(0);
    const short = result.figures.filter(({ held, timed }) => !held && timed !== true);
    expect(short, said.join("\n")).toEqual([]);
  });
});

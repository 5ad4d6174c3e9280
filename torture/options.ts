// What the command line of the torture program says.
import { parseArgs } from "node:util";
import type { Check, Size } from "./check.ts";
import { type EngineName, ENGINES } from "./engine.ts";

/** What the command line may say. */
export const USAGE = `npm run torture -- [--slice | --quick | --full] [--only R-01,R-24]
                   [--engines SQLite,MariaDB] [--amount 100] [--seed 7] [--keep] [--document]

  --slice     half a minute: what \`npm test\` runs, and on Galera too
  --quick     some twelve minutes; so it is without a word
  --full      an hour and a half; its results are kept
  --only      these checks, also those that --quick leaves out
  --engines   on some of ${ENGINES.join(", ")}
  --amount    how much each check does, in its own unit
  --seed      decides what is left to chance; 1 without it
  --keep      keeps the results, and writes docs/reliability.md
  --document  writes docs/reliability.md from the results that are kept, and runs nothing`;

export interface TortureOptions {
  readonly size: Size;
  /** The checks that are run. */
  readonly checks: readonly Check[];
  readonly engines: readonly EngineName[];
  /** Whether the checks are those of the size, and not named one by one. */
  readonly isWhole: boolean;
  /** How much each check does; absent: as its size says. */
  readonly amount: number | undefined;
  readonly seed: number;
  /** Whether results are kept and the page is written. */
  readonly keep: boolean;
  /** Whether the page is only written anew, from the results that are kept. */
  readonly document: boolean;
}

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`${text} is no whole number above 0`);
  return value;
};

function chosen<T extends string>(list: string | undefined, all: readonly T[]): readonly T[] {
  if (list === undefined) return all;
  const asked = list.split(",");
  const known: readonly string[] = all;
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`there is no ${unknown}: there are ${all.join(", ")}`);
  return all.filter((name) => asked.includes(name));
}

/** Reads the words after `npm run torture --`. */
export function readTortureOptions(
  words: readonly string[],
  all: readonly Check[],
): TortureOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      slice: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      full: { type: "boolean", default: false },
      only: { type: "string" },
      engines: { type: "string" },
      amount: { type: "string" },
      seed: { type: "string" },
      keep: { type: "boolean", default: false },
      document: { type: "boolean", default: false },
    },
  });
  const sizes = (["slice", "quick", "full"] as const).filter((size) => values[size]);
  if (sizes.length > 1) throw new Error(`say one of --${sizes.join(" and --")}`);
  const size = sizes[0] ?? "quick";
  const ids = chosen(
    values.only,
    all.map(({ id }) => id),
  );
  // A check that is named is run in any size, with what its next larger size does.
  const checks = all.filter(
    ({ id, amounts }) =>
      ids.includes(id) && (values.only !== undefined || amounts[size] !== undefined),
  );
  const engines = chosen(values.engines, ENGINES);
  const idle = checks.find((check) => !check.engines.some((engine) => engines.includes(engine)));
  if (values.only !== undefined && idle !== undefined)
    throw new Error(`${idle.id} runs on ${idle.engines.join(", ")} only`);
  return {
    size,
    checks,
    engines,
    isWhole: values.only === undefined,
    amount: values.amount === undefined ? undefined : positive(values.amount),
    seed: positive(values.seed ?? "1"),
    keep: values.keep || size === "full",
    document: values.document,
  };
}

/** Returns whether a check runs on an engine. */
export const runsOn = (
  { engines, quickEngines }: Check,
  { size, isWhole }: Pick<TortureOptions, "size" | "isWhole">,
  engine: EngineName,
): boolean => (size === "quick" && isWhole ? (quickEngines ?? engines) : engines).includes(engine);

/** Returns how much a check does in a size: what the size says, or the next larger one. */
export function amountOf({ id, amounts, fullOn }: Check, size: Size, engine: EngineName): number {
  const order = ["slice", "quick", "full"] as const;
  for (const each of order.slice(order.indexOf(size))) {
    const amount = (each === "full" ? fullOn?.[engine] : undefined) ?? amounts[each];
    if (amount !== undefined) return amount;
  }
  throw new Error(`${id} has no amount for ${size}`);
}

import { ROWS } from "../contenders/contender.ts";
import type { Figures } from "../measure/rounds.ts";
import type { RowFigures } from "../sections/calls.ts";
import type { StartFigures } from "../sections/starts.ts";
import { count, megabytes, milliseconds, range, spreadOf, table } from "./cells.ts";

const isLatchkey = ({ name }: { readonly name: string }): boolean => name.startsWith("Latchkey");
/** Returns whether it does one thing only and is no identity server. */
const isFloor = ({ name }: { readonly name: string }): boolean =>
  name.startsWith("raw") || name.startsWith("bare");

const cheapest = (figures: readonly Figures[]): Figures | undefined =>
  figures.toSorted((one, other) => one.cpu.median - other.cpu.median)[0];

const timesOf = (figures: Figures | undefined, best: Figures | undefined): string =>
  figures === undefined || best === undefined
    ? ""
    : `${(figures.cpu.median / best.cpu.median).toFixed(2)} ×`;

const rivalOf = (figures: readonly Figures[]): Figures | undefined =>
  cheapest(figures.filter((each) => !isLatchkey(each) && !isFloor(each)));

/** Compares Latchkey on both stores with the cheapest rival. */
export function summary(results: readonly RowFigures[]): string[] {
  const rows = results.map(({ row, figures }) => {
    const [sqlite, mariadb] = figures.filter(isLatchkey);
    const best = rivalOf(figures);
    const cost = (each: Figures | undefined): string =>
      each === undefined ? "" : count(each.cpu.median);
    return [ROWS[row], cost(sqlite), timesOf(sqlite, best), cost(mariadb), timesOf(mariadb, best)];
  });
  return table(["", "SQLite", "× rival", "MariaDB", "× rival"], rows);
}

/** Lists the cheapest rival and the floor of each call. */
export const rivals = (results: readonly RowFigures[]): string[] =>
  results.map(({ row, figures }) => {
    const named = (each: Figures | undefined): string =>
      each === undefined ? "none" : `${count(each.cpu.median)} ${each.name}`;
    const floor = cheapest(figures.filter(isFloor));
    return `- ${ROWS[row]}: rival ${named(rivalOf(figures))}; floor ${named(floor)}.`;
  });

/** Returns the tables of one call: its CPU, and its throughput. */
export function callTables({ row, figures }: RowFigures): string[] {
  const best = cheapest(figures.filter((each) => !isFloor(each))) ?? figures[0];
  const costs = figures.map((each) => [
    each.name,
    count(each.cpu.median),
    range(each.cpu),
    timesOf(each, best),
    count(each.system.median),
    each.databaseCpu === undefined ? "" : count(each.databaseCpu.median),
    each.statements === undefined ? "" : each.statements.median.toFixed(1),
  ]);
  const speeds = figures.map((each) => [
    each.name,
    count(each.throughput.median),
    range(each.throughput),
    milliseconds(each.p50),
    milliseconds(each.p99),
  ]);
  return [
    `### ${ROWS[row]}`,
    "",
    ...table(["", "CPU µs", "least–most", "×", "kernel µs", "MariaDB µs", "statements"], costs),
    "",
    ...table(["", "requests a second", "least–most", "p50 ms", "p99 ms"], speeds),
  ];
}

export function transportTable(figures: readonly Figures[]): string[] {
  const base = figures.find(({ name }) => name.startsWith("node:http"));
  const connect = figures.find(({ name }) => name.startsWith("connect-node"));
  const rows = figures.map((each) => [
    each.name,
    each.cpu.median.toFixed(1),
    range(each.cpu, (value) => value.toFixed(1)),
    timesOf(each, base),
    timesOf(each, connect),
    count(each.throughput.median),
    range(each.throughput),
  ]);
  return table(
    ["", "CPU µs", "least–most", "× node", "× Connect", "requests/s", "least–most"],
    rows,
  );
}

/** `after` is what each holds after the calls were measured, by its name. */
export function startTable(
  figures: readonly StartFigures[],
  after: Readonly<Record<string, number>>,
): string[] {
  const rows = figures.map(({ name, first, later, resident }) => [
    name,
    first === undefined ? "" : spreadOf(first),
    spreadOf(later),
    spreadOf(resident, megabytes),
    after[name] === undefined ? "" : megabytes(after[name]),
  ]);
  return table(["", "first start, ms", "later starts, ms", "idle MiB", "MiB after"], rows);
}

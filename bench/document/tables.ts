// The tables of docs/performance.md.
import { ROWS } from "../contenders/contender.ts";
import type { Figures } from "../measure/rounds.ts";
import type { Spread } from "../measure/statistics.ts";
import { LATCHKEY, type RowFigures } from "../sections/calls.ts";
import type { LookupFigures } from "../sections/lookups.ts";
import type { StartFigures } from "../sections/starts.ts";

const count = (value: number): string => Math.round(value).toLocaleString("en");
const megabytes = (bytes: number): string => count(bytes / 2 ** 20);
const milliseconds = (value: number): string => (value < 10 ? value.toFixed(1) : count(value));

/** The middle, and between what the rounds lay. */
const spreadOf = (
  { median, least, most }: Spread,
  write: (value: number) => string = count,
): string => `**${write(median)}** (${write(least)}–${write(most)})`;

const isLatchkey = ({ name }: { readonly name: string }): boolean => name.startsWith(LATCHKEY);
/** A floor is no identity server. */
const isFloor = ({ name }: { readonly name: string }): boolean =>
  name.startsWith("raw") || name.startsWith("bare");

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(" | ")} |`,
  `| ${head.map((_, index) => (index === 0 ? "---" : "--:")).join(" | ")} |`,
  ...rows.map((cells) => `| ${cells.join(" | ")} |`),
];

const cheapest = (figures: readonly Figures[]): Figures | undefined =>
  figures.toSorted((one, other) => one.cpu.median - other.cpu.median)[0];

const timesOf = (figures: Figures | undefined, best: Figures | undefined): string =>
  figures === undefined || best === undefined
    ? ""
    : `${(figures.cpu.median / best.cpu.median).toFixed(2)} ×`;

/** Latchkey on both stores, beside the cheapest of the others. */
export function summary(results: readonly RowFigures[]): string[] {
  const rows = results.map(({ row, figures }) => {
    const [sqlite, mariadb] = figures.filter(isLatchkey);
    const best = cheapest(figures.filter((each) => !isLatchkey(each) && !isFloor(each)));
    const floor = cheapest(figures.filter(isFloor));
    const cost = (each: Figures | undefined): string =>
      each === undefined ? "" : count(each.cpu.median);
    return [
      ROWS[row],
      cost(sqlite),
      cost(mariadb),
      best === undefined ? "—" : `${cost(best)} ${best.name}`,
      timesOf(sqlite, best),
      timesOf(mariadb, best),
      floor === undefined ? "—" : `${cost(floor)} ${floor.name}`,
    ];
  });
  return table(
    [
      "µs of CPU a request",
      "Latchkey, SQLite",
      "Latchkey, MariaDB",
      "cheapest rival",
      "SQLite : rival",
      "MariaDB : rival",
      "floor",
    ],
    rows,
  );
}

/** One row with everybody who takes part. */
export function callTable({ row, figures }: RowFigures): string[] {
  const best = cheapest(figures.filter((each) => !isFloor(each))) ?? figures[0];
  const rows = figures.map((each) => [
    each.name,
    spreadOf(each.cpu),
    timesOf(each, best),
    count(each.system.median),
    each.databaseCpu === undefined ? "" : count(each.databaseCpu.median),
    each.statements === undefined ? "" : each.statements.median.toFixed(1),
    spreadOf(each.throughput),
    milliseconds(each.p50),
    milliseconds(each.p99),
  ]);
  return [
    `### ${ROWS[row]}`,
    "",
    ...table(
      [
        "",
        "µs of CPU a request",
        "of the cheapest",
        "of it in the kernel",
        "µs in MariaDB",
        "statements",
        "requests a second",
        "p50 ms",
        "p99 ms",
      ],
      rows,
    ),
  ];
}

export function transportTable(figures: readonly Figures[]): string[] {
  const base = figures.find(({ name }) => name.startsWith("node:http"));
  const connect = figures.find(({ name }) => name.startsWith("connect-node"));
  const rows = figures.map((each) => [
    each.name,
    spreadOf(each.cpu, (value) => value.toFixed(1)),
    timesOf(each, base),
    timesOf(each, connect),
    spreadOf(each.throughput),
  ]);
  return table(
    ["", "µs of CPU a request", "of node:http", "of Connect", "requests a second"],
    rows,
  );
}

/** `after` is what each holds after the calls were measured, by its name. */
export function startTable(
  figures: readonly StartFigures[],
  after: ReadonlyMap<string, number>,
): string[] {
  const rows = figures.map(({ name, first, later, resident }) => [
    name,
    first === undefined ? "" : spreadOf(first),
    spreadOf(later),
    spreadOf(resident, megabytes),
    after.has(name) ? megabytes(after.get(name)!) : "",
  ]);
  return table(
    ["", "first start, ms", "later starts, ms", "MiB resident, idle", "MiB after the calls above"],
    rows,
  );
}

export function lookupTable(figures: readonly LookupFigures[]): string[] {
  const cells = ({ p50, p99, cpu, databaseCpu }: Figures): string[] => [
    p50.toFixed(2),
    p99.toFixed(2),
    `${count(cpu.median)}${databaseCpu === undefined ? "" : ` + ${count(databaseCpu.median)}`}`,
  ];
  const rows = figures.map(({ users, store, inserted, bytes, byId, byEmail }) => [
    count(users),
    store,
    megabytes(bytes),
    count(inserted),
    ...cells(byId),
    ...cells(byEmail),
  ]);
  return table(
    [
      "users",
      "store",
      "MiB on disk",
      "s to insert",
      "by id: p50 ms",
      "p99 ms",
      "µs of CPU",
      "by e-mail: p50 ms",
      "p99 ms",
      "µs of CPU",
    ],
    rows,
  );
}

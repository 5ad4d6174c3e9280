// The tables of the sections that vary the load or the way to the server.
import { ROWS } from "../contenders/contender.ts";
import type { Figures } from "../measure/rounds.ts";
import type { Spread } from "../measure/statistics.ts";
import type { RowFigures } from "../sections/calls.ts";
import type { ConnectionFigures } from "../sections/connections.ts";
import type { EchoFigures } from "../sections/echo.ts";
import type { ProcessFigures } from "../sections/processes.ts";
import type { TlsFigures } from "../sections/tls.ts";
import { count, milliseconds, range, table } from "./cells.ts";
import { ratio, rowOf } from "./figures.ts";
import type { Measured } from "./results.ts";

const fine = (value: number): string => (value < 100 ? value.toFixed(1) : count(value));

const times = (one: Figures, other: Figures | undefined): string => {
  const value = ratio(one.cpu.median, other?.cpu.median);
  return value === undefined ? "" : `${value.toFixed(2)} ×`;
};

/** Returns the cells of one subject: CPU, its spread, its ratio to another, and the speed. */
const cells = (each: Figures, base: Figures | undefined): string[] => [
  fine(each.cpu.median),
  range(each.cpu, fine),
  times(each, base),
  count(each.throughput.median),
  milliseconds(each.p50),
  milliseconds(each.p99),
];

const HEAD = ["CPU µs", "least–most", "×", "requests/s", "p50 ms", "p99 ms"] as const;

/** Each way of the empty call, to grpc-js or connect-node. */
export const echoTable = (ways: readonly EchoFigures[]): string[] =>
  table(
    ["", "server", ...HEAD],
    ways.flatMap(({ way, figures }) =>
      figures.map((each) => [way, each.name, ...cells(each, figures.at(-1))]),
    ),
  );

/** Each way with and without TLS, to Latchkey in clear text. */
export const tlsTables = (ways: readonly TlsFigures[]): string[] =>
  ways.flatMap(({ name, figures }) => [
    `${name}:`,
    "",
    ...table(
      ["", ...HEAD],
      figures.map((each) => [each.name, ...cells(each, figures[0])]),
    ),
    "",
  ]);

/** Each call by TCP and by the socket, with the database's CPU. */
export const socketTable = (rows: readonly RowFigures[]): string[] =>
  table(
    ["", "MariaDB", "CPU µs", "least–most", "×", "MariaDB µs", "requests/s", "p50 ms"],
    rows.flatMap(({ row, figures }) =>
      figures.map((each) => [
        ROWS[row],
        each.name,
        count(each.cpu.median),
        range(each.cpu),
        times(each, figures[0]),
        each.databaseCpu === undefined ? "" : count(each.databaseCpu.median),
        count(each.throughput.median),
        milliseconds(each.p50),
      ]),
    ),
  );

/** One process and two, with the cores that each part keeps busy. */
export function processTable(figures: readonly ProcessFigures[]): string[] {
  const one = figures[0];
  const cores = (spread: Spread): string => spread.median.toFixed(2);
  return table(
    [
      "processes",
      "requests/s",
      "least–most",
      "×",
      "p50 ms",
      "p99 ms",
      "cores: Latchkey",
      "MariaDB",
      "load",
      "together",
    ],
    figures.map((each) => [
      String(each.processes),
      count(each.throughput.median),
      range(each.throughput),
      `${(each.throughput.median / (one?.throughput.median ?? Number.NaN)).toFixed(2)} ×`,
      milliseconds(each.p50),
      milliseconds(each.p99),
      cores(each.latchkey),
      cores(each.mariadb),
      cores(each.load),
      (each.latchkey.median + each.mariadb.median + each.load.median).toFixed(2),
    ]),
  );
}

/** Each call at each number of connections: CPU, and both latencies. */
export function connectionTable(
  connections: readonly ConnectionFigures[],
  measured: Measured,
): string[] {
  const rows = Object.keys(ROWS) as (keyof typeof ROWS)[];
  const of = (row: keyof typeof ROWS, isOne: boolean): readonly Figures[] =>
    connections.find((each) => each.row === row && (each.connections === 1) === isOne)?.figures ??
    [];
  const shown = (figures: readonly Figures[], name: string): string[] => {
    const found = figures.find((each) => each.name === name);
    if (found === undefined) return ["", "", ""];
    return [count(found.cpu.median), milliseconds2(found.p50), milliseconds2(found.p99)];
  };
  return table(
    ["", "", ...[1, 16, 64].flatMap((each) => [`${each}: CPU µs`, "p50 ms", "p99 ms"])],
    rows.flatMap((row) =>
      of(row, true)
        .filter(({ name }) => !name.startsWith("before"))
        .map(({ name }) => [
          ROWS[row],
          name,
          ...shown(of(row, true), name),
          ...shown(rowOf(measured, row) ?? [], name),
          ...shown(of(row, false), name),
        ]),
    ),
  );
}

/** Latencies of one connection are fractions of a millisecond. */
const milliseconds2 = (value: number): string => (value < 10 ? value.toFixed(2) : count(value));

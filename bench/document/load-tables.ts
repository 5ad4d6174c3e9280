// The tables of the sections that vary the load or the way to the server.
import { type Row, ROWS } from "../contenders/contender.ts";
import type { Figures } from "../measure/rounds.ts";
import type { Spread } from "../measure/statistics.ts";
import type { RowFigures } from "../sections/calls.ts";
import type { ConnectionFigures } from "../sections/connections.ts";
import type { EchoFigures } from "../sections/echo.ts";
import type { ProcessFigures } from "../sections/processes.ts";
import type { TlsFigures } from "../sections/tls.ts";
import { count, milliseconds, range, table } from "./cells.ts";
import { byName, ratio, rowOf, SHORT } from "./figures.ts";
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

/** Each way of the empty call, to the last server of each: grpc-js or connect-node. */
export const echoTables = (ways: readonly EchoFigures[]): string[] =>
  ways.flatMap(({ way, figures }) => tableOf(way, figures, figures.at(-1)));

/** Each way with and without TLS, to Latchkey in clear text. */
export const tlsTables = (ways: readonly TlsFigures[]): string[] =>
  ways.flatMap(({ name, figures }) => tableOf(name, figures, figures[0]));

const tableOf = (
  title: string,
  figures: readonly Figures[],
  base: Figures | undefined,
): string[] => [
  `${title}:`,
  "",
  ...table(
    ["", ...HEAD],
    figures.map((each) => [each.name, ...cells(each, base)]),
  ),
  "",
];

/** Each call by TCP and by the socket, with the database's CPU. */
export const socketTable = (rows: readonly RowFigures[]): string[] =>
  table(
    ["", "MariaDB", "CPU µs", "×", "MariaDB µs", "requests/s", "p50 ms"],
    rows.flatMap(({ row, figures }) =>
      figures.map((each) => [
        SHORT[row],
        each.name,
        count(each.cpu.median),
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
    ["processes", "requests/s", "×", "p50 ms", "p99 ms", "Latchkey", "MariaDB", "load", "together"],
    figures.map((each) => [
      String(each.processes),
      count(each.throughput.median),
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

/** Each call at each number of connections: CPU, then both latencies. */
export function connectionTables(
  connections: readonly ConnectionFigures[],
  measured: Measured,
): string[] {
  const rows = (Object.keys(ROWS) as Row[]).flatMap((row) => {
    const all = connections.filter((each) => each.row === row);
    const one = all.find((each) => each.connections === 1)?.figures ?? [];
    const many = all.find((each) => each.connections > 1)?.figures ?? [];
    return one
      .filter(({ name }) => !name.startsWith("before"))
      .map(({ name }) => ({
        call: SHORT[row],
        name,
        figures: [one, rowOf(measured, row), many].map((each) => byName(each, name)),
      }));
  });
  return [
    "CPU, µs:",
    "",
    ...table(
      ["", "", "1", "16", "64"],
      rows.map(({ call, name, figures }) => [
        call,
        name,
        ...figures.map((each) => (each === undefined ? "" : count(each.cpu.median))),
      ]),
    ),
    "",
    "Latency, ms:",
    "",
    ...table(
      ["", "", ...[1, 16, 64].flatMap((each) => [`${each}: p50`, "p99"])],
      rows.map(({ call, name, figures }) => [
        call,
        name,
        ...figures.flatMap((each) =>
          each === undefined ? ["", ""] : [fraction(each.p50), fraction(each.p99)],
        ),
      ]),
    ),
  ];
}

/** Latencies of one connection are fractions of a millisecond. */
const fraction = (value: number): string => (value < 10 ? value.toFixed(2) : count(value));

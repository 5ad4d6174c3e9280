// The figures that issue 12 asks for: what was, what is asked, and what one run has reached.
import type { Row } from "../contenders/contender.ts";
import { LATCHKEY } from "../sections/calls.ts";
import { BEFORE } from "../sections/connections.ts";
import { byName, cpuRatio, ratio, REFERENCE, rowOf, type StoreName, STORES } from "./figures.ts";
import type { Measured } from "./results.ts";

/** A figure of each store, or one figure. */
type PerStore<Value> = Readonly<Partial<Record<StoreName | "all", Value>>>;

/** One row of the table: what it was before, the most that it may be, and what it is. */
export interface Reach {
  readonly what: string;
  readonly before: string;
  readonly asked: PerStore<number>;
  readonly reached: PerStore<number>;
  /** How a value is written. */
  readonly write: (value: number) => string;
}

const times = (value: number): string => value.toFixed(2);
const whole = (value: number): string => Math.round(value).toLocaleString("en");

/** CPU of a call to that of its reference. */
const call = (
  measured: Measured,
  row: Row,
  what: string,
  figures: { readonly before: string; readonly asked: readonly [number, number] },
): Reach => ({
  what: `${what} : ${REFERENCE[row].replace(", memory", "")}`,
  before: figures.before,
  asked: { sqlite: figures.asked[0], mariadb: figures.asked[1] },
  reached: each((store) => cpuRatio(rowOf(measured, row), LATCHKEY[store], REFERENCE[row])),
  write: times,
});

const each = (value: (store: StoreName) => number | undefined): PerStore<number> =>
  Object.fromEntries(
    STORES.flatMap((store) => {
      const found = value(store);
      return found === undefined ? [] : [[store, found]];
    }),
  );

const one = (value: number | undefined): PerStore<number> =>
  value === undefined ? {} : { all: value };

/** All rows, in the order of the issue. */
export function reaches(measured: Measured): Reach[] {
  const echo = measured.echo?.find(({ way }) => way === "gRPC")?.figures;
  const databaseCpu = (row: Row): number | undefined =>
    byName(rowOf(measured, row), LATCHKEY.mariadb)?.databaseCpu?.median;
  const start = (store: StoreName) => measured.starts?.find(({ name }) => name === LATCHKEY[store]);
  const mebibytes = (bytes: number | undefined): number | undefined => ratio(bytes, 2 ** 20);
  return [
    call(measured, "introspect", "Introspection", { before: "1.08 / 1.86", asked: [0.6, 0.8] }),
    call(measured, "clientCredentials", "client_credentials", {
      before: "2.1 / 2.1",
      asked: [0.9, 1],
    }),
    call(measured, "exchange", "Code exchange", { before: "2.2 / 3.1", asked: [1, 1.2] }),
    call(measured, "refresh", "Refresh", { before: "2.3 / 3.1", asked: [1, 1.2] }),
    call(measured, "getByRest", "GET user, REST", { before: "6.1 / 8.7", asked: [2.6, 3.6] }),
    call(measured, "getByConnect", "GET user, Connect", {
      before: "1.02 / 1.4",
      asked: [0.4, 0.5],
    }),
    call(measured, "getByGrpc", "GET user, gRPC", { before: "1.6 / 1.8", asked: [0.75, 0.9] }),
    {
      what: "Empty unary gRPC : grpc-js",
      before: "–",
      asked: { all: 0.75 },
      reached: one(cpuRatio(echo, "Latchkey", "grpc-js")),
      write: times,
    },
    {
      what: "Transcoder, form echo : node:http",
      before: "1.3",
      asked: { all: 1.3 },
      reached: one(cpuRatio(measured.transport, "transcoder, form", "node:http, JSON")),
      write: times,
    },
    call(measured, "signIn", "Sign-in", { before: "1.22 / 1.26", asked: [1.06, 1.08] }),
    call(measured, "register", "Registration", { before: "1.09 / 1.15", asked: [1.06, 1.08] }),
    ...(["exchange", "refresh"] as const).map((row) => ({
      what: `MariaDB's own CPU, ${row}, µs`,
      before: "720",
      asked: { all: 300 },
      reached: one(databaseCpu(row)),
      write: whole,
    })),
    {
      what: "One connection, worst p50 : before (± 5 %)",
      before: "1",
      asked: { sqlite: 1.05, mariadb: 1.05 },
      reached: each((store) => worstLatency(measured, store)?.ratio),
      write: times,
    },
    {
      what: "Later starts, ms",
      before: "672 / 789",
      asked: { sqlite: 250, mariadb: 250 },
      reached: each((store) => start(store)?.later.median),
      write: whole,
    },
    {
      what: "Resident set, idle, MiB",
      before: "173 / 172",
      asked: { sqlite: 95, mariadb: 95 },
      reached: each((store) => mebibytes(start(store)?.resident.median)),
      write: whole,
    },
    {
      what: "Resident set after the calls, MiB",
      before: "217 / 285",
      asked: { sqlite: 160, mariadb: 160 },
      reached: each((store) => mebibytes(measured.calls?.resident[LATCHKEY[store]])),
      write: whole,
    },
    {
      what: "Two processes : one, introspection",
      before: "–",
      asked: {},
      reached: one(processGain(measured)),
      write: times,
    },
  ];
}

/** How much more two processes do than one. */
const processGain = ({ processes = [] }: Measured): number | undefined => {
  const of = (count: number): number | undefined =>
    processes.find((figures) => figures.processes === count)?.throughput.median;
  return ratio(of(2), of(1));
};

/** A call's p50 over one connection to that of the Latchkey before, measured in turns with it. */
export interface Latency {
  readonly row: Row;
  readonly now: number;
  readonly before: number;
  readonly ratio: number;
}

/** Returns all rows that the run has measured with a Latchkey before. */
export const latencies = ({ connections = [] }: Measured, store: StoreName): Latency[] =>
  connections
    .filter((figures) => figures.connections === 1)
    .flatMap(({ row, figures }) => {
      const [now, before] = [byName(figures, LATCHKEY[store]), byName(figures, BEFORE[store])];
      if (now === undefined || before === undefined) return [];
      return [{ row, now: now.p50, before: before.p50, ratio: now.p50 / before.p50 }];
    });

const worstLatency = (measured: Measured, store: StoreName): Latency | undefined =>
  latencies(measured, store).toSorted((one_, other) => other.ratio - one_.ratio)[0];

/** Whether a row reaches what is asked: undefined when it is not measured, or nothing is asked. */
export function isReached({ asked, reached }: Reach): boolean | undefined {
  const limits = Object.entries(asked) as [keyof typeof asked, number][];
  const values = limits.map(([store, limit]) => ({ limit, value: reached[store] }));
  if (values.length === 0 || values.some(({ value }) => value === undefined)) return undefined;
  return values.every(({ limit, value }) => value! <= limit);
}

/** Writes values as the issue does: SQLite's / MariaDB's. */
export function written(values: PerStore<number>, write: (value: number) => string): string {
  if (values.all !== undefined) return write(values.all);
  if (values.sqlite === undefined && values.mariadb === undefined) return "–";
  return STORES.map((store) => (values[store] === undefined ? "–" : write(values[store]))).join(
    " / ",
  );
}

// A run of the benchmark, made up: figures that are easy to compute with.
import { type Row, ROWS } from "../../bench/contenders/contender.ts";
import { REFERENCE } from "../../bench/document/figures.ts";
import type { Results } from "../../bench/document/results.ts";
import type { Figures } from "../../bench/measure/rounds.ts";

const spread = (median: number) => ({ median, least: median / 2, most: median * 2 });

/** Figures with that CPU and that latency. */
export const figures = (name: string, cpu: number, p50 = 1): Figures => ({
  name,
  cpu: spread(cpu),
  system: spread(0),
  databaseCpu: name.includes("MariaDB") ? spread(250) : undefined,
  statements: name.includes("MariaDB") ? spread(1.4) : undefined,
  throughput: spread(1000),
  p50,
  p99: p50 * 2,
});

const rows = Object.keys(ROWS) as Row[];
const start = (name: string, later: number, mebibytes: number) => ({
  name,
  first: undefined,
  later: spread(later),
  resident: spread(mebibytes * 2 ** 20),
});
const cores = { latchkey: spread(1), mariadb: spread(0.4), load: spread(0.5) };

/** Every reference costs 100 µs, Latchkey 50 on SQLite and 80 on MariaDB. */
export const RUN: Results = {
  run: {
    begin: "2026-01-02T03:04:05.000Z",
    minutes: 9,
    words: ["--full"],
    commit: "abc1234",
    machine: "2 cores",
    loads: [1, 2, 3],
    node: "v24.14.1",
    mariadb: "10.11",
    databaseOptions: [],
    packages: ["kysely 1.0.0"],
    rounds: 5,
    requests: 500,
    connections: 16,
    before: "0123456",
    failed: [],
  },
  calls: {
    rows: rows.map((row) => ({
      row,
      figures: [
        figures("Latchkey, SQLite", 50),
        figures("Latchkey, MariaDB", 80),
        figures(REFERENCE[row], 100),
      ],
    })),
    resident: {
      "Latchkey, SQLite": 150 * 2 ** 20,
      "Latchkey, MariaDB": 161 * 2 ** 20,
    },
  },
  transport: [figures("node:http, JSON", 100), figures("transcoder, form", 130)],
  echo: [
    {
      way: "gRPC",
      figures: [figures("Latchkey", 80), figures("connect-node", 400), figures("grpc-js", 100)],
    },
  ],
  starts: [
    start("Latchkey, SQLite", 240, 90),
    start("Latchkey, MariaDB", 250, 95),
    start("bare node:http", 120, 45),
  ],
  connections: rows.map((row) => ({
    row,
    connections: 1,
    figures: [
      figures("Latchkey, SQLite", 50, row === "refresh" ? 1.1 : 0.8),
      figures("Latchkey, MariaDB", 80, 2),
      figures("before, SQLite", 50, 1),
      figures("before, MariaDB", 80, 2),
      figures(REFERENCE[row], 100, 0.5),
    ],
  })),
  processes: [
    { processes: 1, throughput: spread(1000), p50: 1, p99: 2, ...cores },
    { processes: 2, throughput: spread(1500), p50: 1, p99: 2, ...cores },
  ],
};

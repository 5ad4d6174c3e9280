// What a run of the benchmark says of the run before: ratios within each, more than a tenth apart.
import { expect, test } from "vitest";
import { compare, describe as say } from "../../bench/document/compare.ts";
import type { Results } from "../../bench/document/results.ts";
import { figures, RUN } from "./run.ts";

const echo = (cpu: number, reference: number): Results["echo"] => [
  { way: "gRPC", figures: [figures("Latchkey", cpu), figures("grpc-js", reference)] },
];

test("a run is no worse than itself", () => {
  const comparison = compare(RUN, RUN);
  // CPU and p50 of ten calls on two stores, CPU over 16 connections, and seven more on their own.
  expect(comparison).toMatchObject({ commit: "abc1234", compared: 69, worse: [] });
  expect(say(comparison)).toEqual([
    "None of 69 figures is more than a tenth worse than in the run of 2026-01-02 (commit abc1234).",
  ]);
});

test("a machine that is half as fast makes nothing worse", () => {
  expect(compare({ echo: echo(160, 200) }, RUN)).toMatchObject({ compared: 1, worse: [] });
});

test("a figure is worse from more than a tenth on, by its ratio to the reference", () => {
  expect(compare({ echo: echo(88, 100) }, RUN).worse).toEqual([]);
  const comparison = compare({ echo: echo(100, 100) }, RUN);
  expect(comparison.worse).toEqual([
    {
      name: "CPU, echo by gRPC, Latchkey",
      to: "grpc-js",
      before: { ratio: 0.8, absolute: "80 µs" },
      now: { ratio: 1, absolute: "100 µs" },
    },
  ]);
  expect(say(comparison)).toEqual([
    "1 of 1 figures is more than a tenth worse than in the run of 2026-01-02 (commit abc1234):",
    "",
    "- CPU, echo by gRPC, Latchkey: 0.80 → 1.00 times grpc-js (80 µs → 100 µs).",
  ]);
});

test("a figure is worse when its latency, its start, its memory or its throughput is", () => {
  const worse = compare(
    {
      connections: RUN.connections!.map((each) =>
        each.row === "exchange"
          ? {
              ...each,
              figures: each.figures.map((one) =>
                one.name === "Latchkey, SQLite" ? { ...one, p50: 1.6 } : one,
              ),
            }
          : each,
      ),
      calls: { rows: [], resident: { "Latchkey, SQLite": 300 * 2 ** 20 } },
      starts: RUN.starts!.map((each) =>
        each.name === "Latchkey, MariaDB"
          ? { ...each, later: { median: 400, least: 300, most: 500 } }
          : each,
      ),
      processes: RUN.processes!.map((each) => ({
        ...each,
        throughput: { median: 1000, least: 900, most: 1100 },
      })),
    },
    RUN,
  ).worse.map(({ name, to }) => `${name}: ${to}`);
  expect(worse).toEqual([
    "p50, Exchange of an authorization code, with PKCE, 1 connection, Latchkey, SQLite: " +
      "oidc-provider, memory",
    "resident set after the calls, Latchkey, SQLite: bare node:http",
    "later starts, Latchkey, MariaDB: bare node:http",
    "throughput of one process, introspection on MariaDB: that of two",
  ]);
});

test("a figure without its like in the run before is not compared", () => {
  const other: Results = { ...RUN, echo: echo(1000, 10) };
  expect(compare({ transport: RUN.transport! }, { run: other.run })).toMatchObject({
    compared: 0,
    worse: [],
  });
});

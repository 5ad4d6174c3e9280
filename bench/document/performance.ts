// Writes docs/performance.md from the figures of a run. The texts that are written by hand are in
// method.md and explained.md; statements.md is the table of statements a call.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "./compare.ts";
import {
  connectionTables,
  echoTables,
  processTable,
  socketTable,
  tlsTables,
} from "./load-tables.ts";
import { describeRun } from "./machine.ts";
import { latencyTable, reachTable } from "./reach-table.ts";
import type { Results } from "./results.ts";
import { scaleTables, sizeTable } from "./scale-tables.ts";
import { callTables, rivals, startTable, summary, transportTable } from "./tables.ts";

/** Returns a file of this folder, which is written by hand; nothing when it isn't there. */
function written(name: string): string[] {
  const file = join(import.meta.dirname, name);
  return existsSync(file) ? [readFileSync(file, "utf8").trim()] : [];
}

/** A section, unless it was not measured. */
const section = <Figures>(
  figures: Figures | undefined,
  write: (figures: Figures) => readonly (string | readonly string[])[],
): string[] =>
  figures === undefined
    ? []
    : write(figures).map((part) => (typeof part === "string" ? part : part.join("\n").trim()));

/** The document's text. */
export function writeDocument(results: Results): string {
  const { run, comparison } = results;
  const latencies = latencyTable(results);
  const method = written("method.md").map((text) =>
    text.replace("{connections}", String(run.connections)).replace("{rounds}", String(run.rounds)),
  );
  const parts = [
    "# Performance",
    "The figures that were asked for stand first, then where they come from. `npm run bench` " +
      "writes this page; `npm run bench -- --full` measures longer, among up to ten million " +
      "users and tokens, and keeps its figures for later runs to compare with.",
    "CPU of a request as a ratio in one run, 16 connections, medians. oidc-provider keeps all " +
      "in memory; Latchkey's effects are on the disk before the response. " +
      (run.before === undefined
        ? "The Latchkey before was not measured in this run."
        : `"Before", at one connection, is commit ${run.before}, measured in turns.`),
    reachTable(results).join("\n"),
    ...(latencies.length > 0 ? [latencies.join("\n")] : []),
    "## This run",
    describeRun(run).join("\n"),
    ...section(comparison, (figures) => [describe(figures)]),
    ...method,
    ...calls(results),
    ...written("statements.md"),
    ...ways(results),
    ...scale(results),
    ...written("explained.md"),
  ];
  return `${parts.join("\n\n")}\n`;
}

const calls = ({ calls: measured }: Results): string[] =>
  section(measured, ({ rows }) => [
    "## In short",
    "CPU of a request in µs: Latchkey's, and its ratio to the cheapest rival.",
    summary(rows),
    "The cheapest rival and the floor of each. A rival's figure is for its own response; what " +
      "that leaves out is above. A floor does nothing but the one thing.",
    rivals(rows),
    "## Call by call",
    ...rows.map(callTables),
  ]);

function ways(results: Results): string[] {
  const { connections, echo, transport, tls, socket, processes, starts } = results;
  return [
    ...section(connections, (figures) => [
      "## One connection, 16 and 64",
      "What a lonely request waits for, and what a crowd shares. The figures for 16 are those " +
        "of the tables above. A call that hashes a password has 16 connections for each core " +
        "instead of 64: a server lets no more of them wait, and refuses the rest at once.",
      connectionTables(figures, results),
    ]),
    ...section(echo, (figures) => [
      "## An empty call",
      "The health check of gRPC: an empty request, two bytes in the response. Latchkey answers " +
        "it as it is delivered, with its metrics and limits; grpc-js and connect-node are bare " +
        "servers. × is to the last server of each protocol.",
      echoTables(figures),
    ]),
    ...section(transport, (figures) => [
      "## Plain HTTP alone",
      "Reading a request and writing its response, without middleware, users and a store: " +
        "Latchkey's transcoder between bare `node:http` and Connect's own JSON path.",
      transportTable(figures),
    ]),
    ...section(tls, (figures) => [
      "## TLS",
      "The same calls in clear text and over TLS 1.3, ECDSA P-256, full handshakes. × is to " +
        "Latchkey in clear text.",
      tlsTables(figures),
    ]),
    ...section(socket, (figures) => [
      "## MariaDB by its socket",
      "`?socketPath=` beside TCP to 127.0.0.1: the same program, the same server.",
      socketTable(figures),
    ]),
    ...section(processes, (figures) => [
      "## Two processes on one MariaDB",
      "Introspection over 32 connections, by one process and by two on the same database. " +
        "Everything shares the two cores: Latchkey, MariaDB and the load. So a second process " +
        "gets what MariaDB and the load leave of the second core, and the columns of cores " +
        "say how many each of them kept busy: Latchkey's processes together.",
      processTable(figures),
    ]),
    ...section(starts, (figures) => [
      "## Start and memory",
      "From the new process to its first response. A first start makes the database and its " +
        "keys. Memory is the resident set of the process, idle and after the calls above.",
      startTable(figures, results.calls?.resident ?? {}),
    ]),
  ];
}

const scale = ({ users, tokens }: Results): string[] => [
  ...section(users, (figures) => [
    "## One user among many",
    "Over 4 connections, with random users of the whole table, and 10,000 tokens. The rows are " +
      "inserted straight into the databases, in the order of their ids, names and addresses; " +
      "both stores are filled at the same time. CPU is Latchkey's, and with MariaDB + the " +
      "database's.",
    sizeTable(figures, "users"),
    scaleTables(figures, "users"),
  ]),
  ...section(tokens, (figures) => [
    "## One token among many",
    "The same with random access tokens of 10,000 users. Their hashes lie in no order.",
    sizeTable(figures, "tokens"),
    scaleTables(figures, "tokens"),
  ]),
];

// Writes docs/performance.md. The texts that are written by hand are in method.md and explained.md.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Figures } from "../measure/rounds.ts";
import type { Options } from "../options.ts";
import type { RowFigures } from "../sections/calls.ts";
import type { LookupFigures } from "../sections/lookups.ts";
import type { StartFigures } from "../sections/starts.ts";
import { callTables, lookupTables, rivals, startTable, summary, transportTable } from "./tables.ts";

/** Everything that was measured. */
export interface Measurement {
  readonly options: Options;
  /** The lines about machine, versions and command. */
  readonly run: readonly string[];
  readonly calls: readonly RowFigures[];
  readonly transport: readonly Figures[];
  readonly starts: readonly StartFigures[];
  readonly resident: ReadonlyMap<string, number>;
  readonly lookups: readonly LookupFigures[];
}

/** Returns a file of this folder, which is written by hand. */
const written = (name: string): string =>
  readFileSync(join(import.meta.dirname, name), "utf8").trim();

/** The document's text. */
export function writeDocument({
  options,
  run,
  calls,
  transport,
  starts,
  resident,
  lookups,
}: Measurement): string {
  const method = written("method.md")
    .replace("{connections}", String(options.connections))
    .replace("{rounds}", String(options.rounds));
  const sections = [
    [
      "# Performance",
      "A first measurement, to know where Latchkey is. No target is to be met here. " +
        "`npm run bench` writes this page; `npm run bench -- --full` measures longer, and " +
        "lookups among up to ten million users.",
    ],
    [run.join("\n")],
    [method],
    [
      "## In short",
      "CPU of a request in µs: Latchkey's, and its ratio to the cheapest rival.",
      summary(calls).join("\n"),
      "The cheapest rival and the floor of each. A rival's figure is for its own response; what " +
        "that leaves out is above. A floor does nothing but the one thing.",
      rivals(calls).join("\n"),
    ],
    ["## Call by call", ...calls.map((row) => callTables(row).join("\n"))],
    [
      "## Plain HTTP alone",
      "Reading a request and writing its response, without middleware, users and a store: " +
        "Latchkey's transcoder between bare `node:http` and Connect's own JSON path.",
      transportTable(transport).join("\n"),
    ],
    [
      "## Start and memory",
      "From the new process to its first response. A first start makes the database and its " +
        "keys. Memory is the resident set of the process, idle and after the calls above.",
      startTable(starts, resident).join("\n"),
    ],
    [
      "## One user among many",
      "`GET /v1/users/{id}` and `GET /v1/users?email=…` over 4 connections, with random users of " +
        "the whole table. The rows are inserted straight into the database, in the order of " +
        "their ids, names and addresses. CPU is Latchkey's, and with MariaDB + the database's.",
      lookupTables(lookups).join("\n"),
    ],
    [written("explained.md")],
  ];
  return `${sections.flat().join("\n\n")}\n`;
}

// docs/performance.md as a whole: what was measured and what it means, around the tables. What is
// explained by hand stands in explained.md beside this file and is taken over as it is.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Figures } from "../measure/rounds.ts";
import type { Options } from "../options.ts";
import type { RowFigures } from "../sections/calls.ts";
import type { LookupFigures } from "../sections/lookups.ts";
import type { StartFigures } from "../sections/starts.ts";
import { callTable, lookupTable, startTable, summary, transportTable } from "./tables.ts";

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

const WHO = `| who | what answers | what it keeps, and how | what it does less, or more, than the others |
| --- | --- | --- | --- |
| Latchkey | \`src/main.ts\` as it is, its log at warnings | rows in SQLite (WAL, \`synchronous=FULL\`) or MariaDB, on the disk before the answer | counts wrong passwords, and writes what users do to an audit log, in the same store; passwords wait for as many lanes as cores; refuses a token at once when its user is locked or its client loses a scope |
| oidc-provider | the library behind its own Koa application | memory: a Map, lost with the process; SQLite: one table of JSON payloads through \`node:sqlite\`, \`synchronous=FULL\` | has no users and no passwords; a code or a token is consumed by a read and then a write, not by one statement; no audit |
| better-auth | the library and its OAuth provider behind \`node:http\` | rows through its Kysely adapter: \`node:sqlite\` with \`synchronous=FULL\`, or mysql2's pool | its password hash is replaced by argon2id as here; its limiter, which counts in memory, is off; no audit; GET user is \`get-session\`, which is the session with its user |
| oauth2-server | the library behind \`node:http\` | a model written for this measurement: hashes of codes and tokens in \`node:sqlite\`, \`synchronous=FULL\` | sign-in is the password grant; introspection is written over its \`authenticate\`; no limits, no audit, no PKCE downgrade check, deletes what it redeems, so a stolen token used twice ends nothing |
| raw argon2 | \`@node-rs/argon2\` behind \`node:http\` | nothing | a hash or a check, and nothing else |
| bare … | \`node:http\`, a Connect handler, a grpc-js server | nothing | a user who is always the same, for anybody |`;

const METHOD = (
  options: Options,
): string => `Every contender is one process with one thread of JavaScript; the load comes from another process over ${options.connections} connections that are
kept alive, each sending its next request when the last is answered. The contenders take turns, ${options.rounds} rounds after one that warms up, so
that other work of the machine hits all alike. CPU is \`process.cpuUsage()\` of the contender before and after a batch, with
its threads; that of MariaDB is read from \`/proc\` in ticks of 10 ms, and its statements are the server's own count. Figures are **medians** with (least–most) of the rounds;
p50 and p99 are over all rounds. Every answer is checked, and a wrong one ends the run. Passwords are argon2id, m=19456, t=2, p=1,
for everybody. CPU a request is quite robust against other work on the machine; throughput and latency are not.`;

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
  const explained = readFileSync(join(import.meta.dirname, "explained.md"), "utf8").trim();
  const sections = [
    [
      "# Performance",
      "A first measurement, to know where we stand. No target is to be met here. `npm run bench` writes this page; `npm run bench -- --full` measures longer, and lookups among up to ten million users.",
    ],
    [run.join("\n")],
    ["## Who is measured", WHO],
    ["## How", METHOD(options)],
    [
      "## In short",
      summary(calls).join("\n"),
      "A rival's figure is what it does for its own answer; what that leaves out stands above. A floor does nothing but the one thing.",
    ],
    ["## Call by call", ...calls.map((row) => callTable(row).join("\n"))],
    [
      "## Plain HTTP alone",
      "What reading a request and writing its answer costs, without steps, users and a store: Latchkey's transcoder between bare `node:http` and Connect's own JSON path.",
      transportTable(transport).join("\n"),
    ],
    [
      "## Start and memory",
      "From the new process to its first answer; a first start makes the database and its keys. Memory is the resident set of the process.",
      startTable(starts, resident).join("\n"),
    ],
    [
      "## One user among many",
      "`GET /v1/users/{id}` and `GET /v1/users?email=…` over 4 connections, users drawn by chance from the whole table. The rows are inserted straight into the database, in the order of their ids, names and addresses. CPU is Latchkey's, and with MariaDB + the database's.",
      lookupTable(lookups).join("\n"),
    ],
    [explained],
  ];
  return `${sections.flat().join("\n\n")}\n`;
}

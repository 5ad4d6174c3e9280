// Measures the statements of each call on a MariaDB of its own, on a disk, by its log of all
// statements, and keeps them for the model. Run: node torture/model/record.ts
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type Connection, type RowDataPacket } from "mysql2/promise";
import { busyness, commitOf, environment } from "../../bench/document/machine.ts";
import { quantile } from "../../bench/measure/statistics.ts";
import { execute, Mariadb } from "../../test/mariadb-server.ts";
import { installOn, SOURCE } from "../../test/process/latchkey.ts";
import { measuredCalls, type MeasuredCall } from "./calls.ts";
import { RECORDING } from "./results.ts";
import { type MeasuredStatement, type RecordedCall, withoutValues } from "./statements.ts";

const TIMES = 40;

/** What the server writes and reads by itself, or says of the connection, is no part of a call. */
const OWN = new RegExp(
  "^(?:set|select @@|do|prepare|close|quit|truncate)\\b|information_schema|signing_keys|" +
    "write_checks|leases|rollups|audit_days|table_counts|now\\(|current_timestamp",
  "i",
);

const OPTIONS = [
  "--innodb-buffer-pool-size=512M",
  "--innodb-log-file-size=256M",
  "--slow-query-log=1",
  "--log-output=TABLE",
  "--long-query-time=0",
  "--log-slow-filter=",
];

interface LoggedRow extends RowDataPacket {
  readonly thread: number;
  readonly micros: number;
  readonly text: string;
}

/** What parts the calls in the log. */
const MARK = "select 'the next call'";

/** Makes the calls one after the other, and returns what the database was asked by each. */
async function logged(
  log: Connection,
  calls: readonly (() => Promise<unknown>)[],
): Promise<readonly (readonly LoggedRow[])[]> {
  await log.query("truncate mysql.slow_log");
  for (const call of calls) {
    await log.query(MARK);
    await call();
  }
  const [rows] = await log.query<LoggedRow[]>(
    "select thread_id as thread, microsecond(query_time) + 1000000 * time_to_sec(query_time) " +
      "as micros, convert(sql_text using utf8mb4) as text from mysql.slow_log order by start_time",
  );
  const parts: LoggedRow[][] = [];
  for (const row of rows) {
    if (row.text === MARK) parts.push([]);
    else if (!OWN.test(row.text)) parts.at(-1)?.push(row);
  }
  return parts;
}

/** Returns the statements of the usual call: the order that most of them have. */
function usual(parts: readonly (readonly LoggedRow[])[]): readonly MeasuredStatement[] {
  const alike = Map.groupBy(parts, (rows) =>
    rows.map(({ text }) => withoutValues(text)).join("\n"),
  );
  const [most = []] = [...alike.values()].toSorted((one, other) => other.length - one.length);
  const [first = []] = most;
  const threads = [...new Set(first.map(({ thread }) => thread))];
  return first.map(({ text, thread }, index) => ({
    text: withoutValues(text),
    connection: threads.indexOf(thread),
    micros: Math.round(
      quantile(
        most.map((rows) => Number(rows[index]!.micros)),
        0.5,
      ),
    ),
  }));
}

async function record(log: Connection, { name, prepare }: MeasuredCall): Promise<RecordedCall> {
  const calls: (() => Promise<unknown>)[] = [];
  for (let count = 0; count < TIMES; count++) calls.push(await prepare());
  const statements = usual(await logged(log, calls));
  console.log(`${name}: ${statements.length} statements`);
  return { name, statements };
}

const begin = new Date().toISOString();
const load = busyness();
const mariadb = await Mariadb.start(await mkdtemp(join(tmpdir(), "latchkey-model-")), OPTIONS);
try {
  await execute(mariadb.url, "create database latchkey");
  const installation = installOn(`${mariadb.url}/latchkey`, async () => undefined);
  const limits = { SIGN_IN_NETWORK_FAILURES: "1000000", SIGN_IN_ACCOUNT_FAILURES: "1000000" };
  const server = await installation.start({ LOG_LEVEL: "warn", ...limits }, SOURCE);
  const log = await createConnection(mariadb.url);
  try {
    const client = await installation.administrator();
    const calls: RecordedCall[] = [];
    for (const call of await measuredCalls({ url: server.url, client }))
      calls.push(await record(log, call));
    const [[version]] = await log.query<RowDataPacket[]>("select version() as version");
    await writeFile(
      RECORDING,
      `${JSON.stringify(
        {
          begin,
          commit: commitOf(),
          machine: environment().machine,
          load,
          database: `MariaDB ${String(version!["version"])}, ${OPTIONS.slice(0, 2).join(" ")}`,
          times: TIMES,
          calls,
        },
        undefined,
        1,
      )}\n`,
    );
  } finally {
    log.destroy();
    await server.stop();
  }
} finally {
  await mariadb.dispose();
}

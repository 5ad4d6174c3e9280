// The statements of each call, by MariaDB's log of all statements.
import { createConnection, type Connection, type RowDataPacket } from "mysql2/promise";
import { quantile } from "../../bench/measure/statistics.ts";
import { execute, type Mariadb } from "../../test/mariadb-server.ts";
import { installOn } from "../../test/process/latchkey.ts";
import { measuredCalls, type MeasuredCall } from "./calls.ts";
import { type MeasuredStatement, type RecordedCall, withoutValues } from "./statements.ts";

/** What the server writes and reads by itself, or says of the connection, is no part of a call. */
const OWN = new RegExp(
  "^(?:set|select @@|do|prepare|close|quit|truncate)\\b|information_schema|signing_keys|" +
    "write_checks|leases|rollups|audit_days|table_counts|now\\(|current_timestamp",
  "i",
);

/** Options of a MariaDB whose calls are recorded: it logs every statement with its time. */
export const LOGGING: readonly string[] = [
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

async function record(
  log: Connection,
  { name, prepare }: MeasuredCall,
  times: number,
): Promise<RecordedCall> {
  const calls: (() => Promise<unknown>)[] = [];
  for (let count = 0; count < times; count++) calls.push(await prepare());
  return { name, statements: usual(await logged(log, calls)) };
}

const LIMITS = { SIGN_IN_NETWORK_FAILURES: "1000000", SIGN_IN_ACCOUNT_FAILURES: "1000000" };

/** Makes each call so many times at a process on a server that logs; returns its statements. */
export async function recordCalls({ url }: Mariadb, times: number): Promise<RecordedCall[]> {
  await execute(url, "create database latchkey");
  const installation = installOn(`${url}/latchkey`, async () => undefined);
  const server = await installation.start({ LOG_LEVEL: "warn", ...LIMITS });
  const log = await createConnection(url);
  try {
    const client = await installation.administrator();
    const recorded: RecordedCall[] = [];
    for (const call of await measuredCalls({ url: server.url, client }))
      recorded.push(await record(log, call, times));
    return recorded;
  } finally {
    log.destroy();
    await server.stop();
  }
}

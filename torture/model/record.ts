// Measures the statements of each call on a MariaDB of its own, on a disk, and keeps them for the
// model. Run: node torture/model/record.ts
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { busyness, commitOf, environment } from "../../bench/document/machine.ts";
import { Mariadb } from "../../test/mariadb-server.ts";
import { LOGGING, recordCalls } from "./record-calls.ts";
import { RECORDING } from "./results.ts";
import type { Recording } from "./statements.ts";

const TIMES = 40;
const OPTIONS = ["--innodb-buffer-pool-size=512M", "--innodb-log-file-size=256M"];

/** Returns what a server says of itself. */
async function versionOf({ url }: Mariadb): Promise<string> {
  const connection = await createConnection(url);
  const [[row]] = await connection.query<RowDataPacket[]>("select version() as version");
  connection.destroy();
  return `MariaDB ${String(row!["version"])}`;
}

const begin = new Date().toISOString();
const load = busyness();
const folder = await mkdtemp(join(tmpdir(), "latchkey-model-"));
const mariadb = await Mariadb.start(folder, [...OPTIONS, ...LOGGING]);
try {
  const calls = await recordCalls(mariadb, TIMES);
  for (const { name, statements } of calls) console.log(`${name}: ${statements.length} statements`);
  const recording: Recording = {
    begin,
    commit: commitOf(),
    machine: environment().machine,
    load,
    database: `${await versionOf(mariadb)}, ${OPTIONS.join(" ")}`,
    times: TIMES,
    calls,
  };
  await writeFile(RECORDING, `${JSON.stringify(recording, undefined, 1)}\n`);
} finally {
  await mariadb.dispose();
}

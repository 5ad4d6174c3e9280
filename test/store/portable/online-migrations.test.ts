// A migration changes a table while others read and write it: MariaDB is asked for that by name,
// and refuses a change that can't be so.
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { execute, Mariadb } from "../../mariadb-server.ts";
import { MIGRATIONS } from "../samples.ts";

/** A column that changes no row, or an index that is made beside the work of others. */
const ONLINE = /, algorithm = (?:instant|inplace, lock = none)$/;

let mariadb: Mariadb;
let changes: readonly string[];

beforeAll(async () => {
  mariadb = await Mariadb.start(undefined, ["--general-log=1", "--log-output=TABLE"]);
  await execute(mariadb.url, "create database latchkey");
  expect(await migrate({ kind: "mysql", url: `${mariadb.url}/latchkey` })).toEqual(MIGRATIONS);
  const connection = await createConnection(mariadb.url);
  const [rows] = await connection.query<RowDataPacket[]>(
    "select convert(argument using utf8mb4) as statement from mysql.general_log where " +
      "command_type in ('Query', 'Execute') and " +
      "argument regexp '^(alter|drop|rename|create (unique )?index)'",
  );
  connection.destroy();
  changes = rows.map((row) => String(row["statement"]));
});
afterAll(() => mariadb.dispose());

test("every change of a table is asked for online", () => {
  expect(changes.length).toBeGreaterThan(50);
  expect(changes.filter((statement) => !statement.startsWith("alter table"))).toEqual([]);
  // One without is what follows a refusal. If this fails with a column of `users`: MariaDB refuses
  // any, since an index has columns that it computes. Give the column to a table of its own.
  expect(changes.filter((statement) => !ONLINE.test(statement))).toEqual([]);
});

test("a change that MariaDB refuses online is done all the same, for older databases", async () => {
  const url = `${mariadb.url}/latchkey`;
  await execute(url, "alter table users drop column profile");
  await execute(url, "delete from schema_migrations where name = '0031-profiles'");
  expect(await migrate({ kind: "mysql", url })).toEqual(["0031-profiles"]);
  await execute(url, "select profile from users");
});

import { DatabaseSync } from "node:sqlite";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { describe, expect, it } from "vitest";
import type { StoreOptions } from "../../src/store/connect.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openStore } from "../../src/store/open.ts";
import { createDatabase, stores } from "../mariadb.ts";
import { execute } from "../mariadb-server.ts";
import { MIGRATIONS } from "./samples.ts";

async function run(options: StoreOptions, statement: string): Promise<void> {
  if (options.kind === "mysql") return execute(options.url, statement);
  const database = new DatabaseSync(options.file);
  database.exec(statement);
  database.close();
}

describe.each(stores)("migrate on $engine", ({ empty, use }) => {
  const test = use();

  it("brings an empty database to the schema, once", async () => {
    const { options, remove } = await empty();
    const store = await openStore(options);
    expect(await store.ready()).toBe(false);
    expect(await migrate(options)).toEqual(MIGRATIONS);
    expect(await store.ready()).toBe(true);
    expect(await migrate(options)).toEqual([]);
    await store.close();
    await remove();
  });

  it("repeats what was cut off before it was noted", async () => {
    await run(test.options, "delete from schema_migrations");
    expect(await test.store.ready()).toBe(false);
    await run(test.options, "drop table attempts");
    await run(test.options, `drop index clients_name${test.options.kind === "mysql" ? " on clients" : ""}`);
    expect(await migrate(test.options)).toEqual(MIGRATIONS);
    expect(await test.store.ready()).toBe(true);
  });

  it("leaves the migrations of a newer program alone", async () => {
    await run(test.options, "insert into schema_migrations (name) values ('9999-future')");
    expect(await migrate(test.options)).toEqual([]);
    expect(await test.store.ready()).toBe(true);
  });
});

describe("the schema on mysql", () => {
  it("compares every text byte by byte, and trailing spaces too", async () => {
    const url = await createDatabase();
    await migrate({ kind: "mysql", url });
    const connection = await createConnection(url);
    const [rows] = await connection.query<RowDataPacket[]>(
      "select distinct collation_name as name from information_schema.columns where table_schema = database() and collation_name is not null",
    );
    expect(rows).toEqual([{ name: expect.stringMatching(/^utf8mb4_(nopad|0900)_bin$/) }]);
    await connection.query("drop database if exists ??", [connection.config.database]);
    await connection.end();
  });
});

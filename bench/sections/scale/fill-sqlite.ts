import { once } from "node:events";
import { DatabaseSync } from "node:sqlite";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import {
  BEGIN,
  END,
  familyAt,
  hashAt,
  PASSWORD_HASH,
  type Rows,
  strideOf,
  TOKEN_COLUMNS,
  USER_COLUMNS,
  userAt,
} from "./rows.ts";

/**
 * Inserts users and tokens into a file with the schema, in a thread of its own. No other process
 * has it open, so it is written without a journal, and the tokens' indexes are made at the end.
 */
export async function fillSqlite(file: string, rows: Rows): Promise<void> {
  await once(new Worker(import.meta.filename, { workerData: { file, rows } }), "exit");
}

function fill({ file, rows }: { readonly file: string; readonly rows: Rows }): void {
  const database = new DatabaseSync(file);
  database.exec(
    "pragma journal_mode = delete; pragma journal_mode = off; pragma synchronous = off; " +
      "pragma cache_size = -2000000; begin; delete from access_tokens",
  );
  insertUsers(database, rows);
  const indexes = database
    .prepare(
      "select name, sql from sqlite_master where type = 'index' and tbl_name = 'access_tokens' " +
        "and sql is not null",
    )
    .all();
  for (const { name } of indexes) database.exec(`drop index ${String(name)}`);
  insertTokens(database, rows);
  for (const { sql } of indexes) database.exec(String(sql));
  database.exec("commit");
  database.close();
}

function insertUsers(database: DatabaseSync, { users }: Rows): void {
  const insert = database.prepare(
    `insert into users (${USER_COLUMNS}) values (?, 'default', ?, ?, ?, ?, ?, ?, '', ?, 0, '', ` +
      "null, 0, 1, null, ?, ?, 1)",
  );
  for (let index = 0; index < users; index++) {
    const { id, username: name, email } = userAt(index);
    const time = BEGIN + index;
    insert.run(id, name, name, email, email, name, email, PASSWORD_HASH, time, time);
  }
}

function insertTokens(database: DatabaseSync, rows: Rows): void {
  const insert = database.prepare(
    `insert into access_tokens (${TOKEN_COLUMNS}) ` +
      `values (?, ?, ?, 1, ?, ?, 'identity', '["profile"]', 0, ?, ?, ?)`,
  );
  const stride = strideOf(rows);
  for (let index = 0; index < rows.tokens; index++) {
    const { id } = userAt((index * stride) % rows.users);
    const [family, time] = [familyAt(index), BEGIN + index];
    insert.run(hashAt(index), rows.clientId, id, family, family, time, time, END + index);
  }
}

if (!isMainThread) fill(workerData as Parameters<typeof fill>[0]);

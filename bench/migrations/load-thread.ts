// Writes and reads beside a migration, by SQL that every schema takes. It runs in a thread of its
// own, so that what the migration does here can't delay what is measured.
import { randomInt, randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { createConnection } from "mysql2/promise";
import {
  BEGIN,
  END,
  PASSWORD_HASH,
  TOKEN_COLUMNS,
  USER_COLUMNS,
  userAt,
} from "../sections/scale/rows.ts";
import type { LoadCall, LoadOrders } from "./load.ts";

const { address, isSqlite, users } = workerData as LoadOrders;

const PAUSE_MS = 20;

/** Longer than any migration: a statement that waits must not fail. */
const PATIENCE_S = 7_200;

type Statement = () => readonly [text: string, ...parameters: (string | number)[]];

const anyUser = (): string => userAt(randomInt(users)).id;

const STATEMENTS: Readonly<Record<LoadCall["kind"], Statement>> = {
  "read a user": () => ["select * from users where id = ?", anyUser()],
  "insert a user": () => {
    const name = randomUUID();
    return [
      `insert into users (${USER_COLUMNS}) values (?, 'default', ?, ?, ?, ?, ?, ?, '', ?, 0, '', ` +
        "null, 0, 1, null, ?, ?, 1)",
      ...Array.from({ length: 7 }, () => name),
      PASSWORD_HASH,
      BEGIN,
      BEGIN,
    ];
  },
  "change a user": () => ["update users set updated_at = ? where id = ?", Date.now(), anyUser()],
  "insert a token": () => [
    `insert into access_tokens (${TOKEN_COLUMNS}) ` +
      `values (?, 'client', ?, 1, 'grant', 'family', 'identity', '["profile"]', 0, ?, ?, ?)`,
    randomUUID(),
    anyUser(),
    BEGIN,
    BEGIN,
    END,
  ],
  "change a session": () => [
    "update sessions set last_used_at = ? where id = ?",
    Date.now(),
    anyUser(),
  ],
  "insert an event": () => [
    "insert into audit_events (id, at, type, succeeded, actor, user_id, client_id, address, " +
      "details) values (?, ?, 'user.sign_in', 1, ?, null, null, '192.0.2.1', '{}')",
    randomUUID(),
    BEGIN,
    anyUser(),
  ],
};

/** Returns how to run a statement, on a connection of its own. */
async function connected(): Promise<(statement: ReturnType<Statement>) => Promise<unknown>> {
  if (isSqlite) {
    const database = new DatabaseSync(address, { timeout: PATIENCE_S * 1000 });
    return async ([text, ...parameters]) => database.prepare(text).all(...parameters);
  }
  const connection = await createConnection(address);
  await connection.query(`set innodb_lock_wait_timeout = ${PATIENCE_S}`);
  return ([text, ...parameters]) => connection.execute(text, parameters);
}

const calls: LoadCall[] = [];
let isOver = false;
parentPort!.on("message", () => (isOver = true));

async function ask(kind: LoadCall["kind"]): Promise<void> {
  const execute = await connected();
  while (!isOver) {
    const [at, begin] = [Date.now(), performance.now()];
    const failure = await execute(STATEMENTS[kind]()).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    calls.push({ kind, at, took: performance.now() - begin, failure });
    await delay(PAUSE_MS);
  }
}

await Promise.all((Object.keys(STATEMENTS) as LoadCall["kind"][]).map(ask));
parentPort!.postMessage(calls);
// The connections end with the thread.

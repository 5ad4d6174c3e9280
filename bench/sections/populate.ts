// Fills the table of users with as many rows as asked for, straight into the database.
import { DatabaseSync } from "node:sqlite";
import { createConnection } from "mysql2/promise";

/**
 * 2025-10-09; each user is a millisecond younger than the one before, so ids ascend as in a real
 * table.
 */
const BEGIN = 1_760_000_000_000;

const PASSWORD_HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" +
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

/** Rows of one statement on MariaDB. */
const CHUNK = 100_000;

const COLUMNS =
  "id, realm, username, email, email_key, username_claim, email_claim, acc_id, password_hash, " +
  "locked, lock_reason, lock_until, developer, epoch, deleted_at, created_at, updated_at";

/**
 * Id, name and address of the n-th user; all three ascend, so that ten million rows are in within
 * minutes.
 */
export function userAt(index: number): {
  readonly id: string;
  readonly username: string;
  readonly email: string;
} {
  const [time, number] = [
    (BEGIN + index).toString(16).padStart(12, "0"),
    String(index).padStart(12, "0"),
  ];
  return {
    id: `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${number}`,
    username: `name-${number}`,
    email: `user-${number}@example.com`,
  };
}

/**
 * Inserts users into a file with the schema. No other process has it open, so it is written without
 * a journal.
 */
export function populateSqlite(file: string, count: number): void {
  const database = new DatabaseSync(file);
  database.exec(
    "pragma journal_mode = delete; pragma journal_mode = off; pragma synchronous = off; " +
      "pragma cache_size = -2000000; begin",
  );
  const insert = database.prepare(
    `insert into users (${COLUMNS}) values (?, 'default', ?, ?, ?, ?, ?, '', ?, 0, '', ` +
      "null, 0, 1, null, ?, ?)",
  );
  for (let index = 0; index < count; index++) {
    const { id, username, email } = userAt(index);
    insert.run(
      id,
      username,
      email,
      email,
      username,
      email,
      PASSWORD_HASH,
      BEGIN + index,
      BEGIN + index,
    );
  }
  database.exec("commit");
  database.close();
}

/** The same rows, which the server makes by itself out of its table of numbers. */
export async function populateMariadb(url: string, count: number): Promise<void> {
  const connection = await createConnection(url);
  const [time, number] = [`lpad(lower(hex(${BEGIN} + seq)), 12, '0')`, "lpad(seq, 12, '0')"];
  const id = `concat(left(${time}, 8), '-', substr(${time}, 9), '-7000-8000-', ${number})`;
  const [name, email] = [
    `concat('name-', ${number})`,
    `concat('user-', ${number}, '@example.com')`,
  ];
  for (let from = 0; from < count; from += CHUNK) {
    const rows = `seq_${from}_to_${Math.min(from + CHUNK, count) - 1}`;
    await connection.query(
      `insert into users (${COLUMNS}) select ${id}, 'default', ${name}, ${email}, ` +
        `${email}, ${name}, ${email}, '', '${PASSWORD_HASH}', 0, '', null, 0, 1, null, ` +
        `${BEGIN} + seq, ${BEGIN} + seq from ${rows}`,
    );
  }
  await connection.end();
}

import { createConnection } from "mysql2/promise";
import {
  BEGIN,
  END,
  PASSWORD_HASH,
  type Rows,
  strideOf,
  TOKEN_COLUMNS,
  USER_COLUMNS,
} from "./rows.ts";

const number = (value: string): string => `lpad(${value}, 12, '0')`;

/** What `userAt` says, in SQL. */
const idOf = (index: string): string => {
  const time = `lpad(lower(hex(${BEGIN} + ${index})), 12, '0')`;
  return `concat(left(${time}, 8), '-', substr(${time}, 9), '-7000-8000-', ${number(index)})`;
};

/** What `hashAt` says. */
const HASH =
  "replace(replace(trim(trailing '=' from to_base64(unhex(sha2(concat('lka_bench-', seq), " +
  "256)))), '+', '-'), '/', '_')";

/** What `familyAt` says. */
const FAMILY = `concat('01999999-0000-7000-8000-', ${number("seq")})`;

/**
 * Inserts the same rows as on SQLite, which the server makes by itself out of its table of numbers.
 * One statement into an empty table without checks is what InnoDB loads sorted.
 */
export async function fillMariadb(url: string, rows: Rows): Promise<void> {
  const connection = await createConnection(url);
  await connection.query("set unique_checks = 0, foreign_key_checks = 0");
  const [name, email] = [
    `concat('name-', ${number("seq")})`,
    `concat('user-', ${number("seq")}, '@example.com')`,
  ];
  await connection.query(
    `insert into users (${USER_COLUMNS}) select ${idOf("seq")}, 'default', ${name}, ${name}, ` +
      `${email}, ${email}, ${name}, ${email}, '', '${PASSWORD_HASH}', 0, '', null, 0, 1, null, ` +
      `${BEGIN} + seq, ${BEGIN} + seq, 1 from seq_0_to_${rows.users - 1}`,
  );
  await connection.query("truncate access_tokens");
  const user = idOf(`(seq * ${strideOf(rows)} % ${rows.users})`);
  await connection.query(
    `insert into access_tokens (${TOKEN_COLUMNS}) select ${HASH}, '${rows.clientId}', ${user}, ` +
      `1, ${FAMILY}, ${FAMILY}, 'identity', '["profile"]', 0, ${BEGIN} + seq, ` +
      `${BEGIN} + seq, ${END} + seq from seq_0_to_${rows.tokens - 1}`,
  );
  await connection.end();
}

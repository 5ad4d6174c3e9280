// The statements of a server at work are those that TiDB and Vitess take. Neither is run here:
// their manuals say what they refuse.
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRestTransport } from "../../clients/rest.ts";
import { Ledger, playEpisode, type Target } from "../../durability/driver.ts";
import { execute, Mariadb } from "../../mariadb-server.ts";
import { clientToken, register } from "../../oauth/flow.ts";
import { type Installation, installOn, run } from "../../process/latchkey.ts";
import { apiOf } from "../../use-server.ts";

/**
 * What one of them refuses, with an example. TiDB: "MySQL Compatibility", unsupported features.
 * Vitess: "MySQL Compatibility" and "Unsupported queries".
 */
const REFUSED: readonly (readonly [string, RegExp, string])[] = [
  ["a stored program", /\b(?:procedure|function|trigger|event)\b|^call\b/i, "create trigger a"],
  ["a foreign key", /\bforeign key\b|\breferences\b/i, "a char(1) references b (c)"],
  ["a full text or spatial index", /\b(?:fulltext|spatial)\b/i, "create fulltext index a"],
  ["an id of the database", /\bauto_increment\b|\blast_insert_id\(\)|\bnextval\b/i, "nextval(a)"],
  ["rows that a change returns", /\breturning\b/i, "delete from a returning b"],
  ["a distributed transaction", /^xa\b/i, "xa start 'a'"],
  ["a lock of a table", /\b(?:lock|unlock|flush) tables\b/i, "lock tables a write"],
  ["a handler", /^handler\b/i, "handler a open"],
  ["a table from a query", /^create table [^(]*\bselect\b/i, "create table a select 1"],
  ["a variable from a query", /\binto @/i, "select a into @b"],
  ["a lock that is shared", /\block in share mode\b|\bfor share\b/i, "select 1 for share"],
  ["a lock that is skipped", /\bskip locked\b|\bnowait\b/i, "select 1 for update skip locked"],
  ["a query that calls itself", /\bwith recursive\b/i, "with recursive a as (b)"],
  ["a window", /\bover\s*\(/i, "select rank() over (order by a)"],
  ["a view or a sequence", /^create (?:or replace )?(?:view|sequence)\b/i, "create view a"],
  ["an upkeep of a table", /^(?:check|checksum|repair|optimize) table\b/i, "check table a"],
  ["a setting of a statement", /^set statement\b/i, "set statement a = 1 for select 1"],
];

/** A lock by name, which Vitess binds to one connection; only migrations take it. */
const NAMED_LOCK = /\b(?:get_lock|release_lock)\b/i;

let mariadb: Mariadb;
let statements: readonly string[];

/** Lets a server do what users, clients and operators do. */
async function work(installation: Installation): Promise<void> {
  const server = await installation.start({ LOG_LEVEL: "warn" });
  try {
    const client = await installation.administrator();
    const token = await clientToken(server.url, client);
    const administrator = apiOf(createRestTransport(server.url), token);
    const target: Target = { url: server.url, client, administrator };
    const app = await register(administrator);
    for (let end = 0; end < 4; end++) await playEpisode(target, new Ledger(), app, end);
    await administrator.users.listUsers({});
    await administrator.oauth.listClients({});
    await administrator.audit.listAuditEvents({});
    for (const words of [["doctor"], ["migrate"], ["client", "list"], ["state", "export"]])
      await run(words, installation.environment);
  } finally {
    await server.stop();
  }
}

beforeAll(async () => {
  mariadb = await Mariadb.start(undefined, ["--general-log=1", "--log-output=TABLE"]);
  await execute(mariadb.url, "create database latchkey");
  await work(installOn(`${mariadb.url}/latchkey`, async () => undefined));
  const connection = await createConnection(mariadb.url);
  const [rows] = await connection.query<RowDataPacket[]>(
    "select distinct convert(argument using utf8mb4) as statement from mysql.general_log " +
      "where command_type in ('Query', 'Prepare')",
  );
  connection.destroy();
  statements = rows.map((row) => String(row["statement"]).trim());
});
afterAll(() => mariadb.dispose());

describe("no statement has what TiDB or Vitess refuse", () => {
  test("many statements are looked at, of each kind", () => {
    expect(statements.length).toBeGreaterThan(150);
    const kinds = ["select", "insert", "update", "delete", "create table", "alter table"];
    const counts = kinds.map((kind) => statements.filter((text) => text.startsWith(kind)).length);
    expect(counts.filter((count) => count < 3)).toEqual([]);
  });

  test.each(REFUSED)("%s", (_, refused, example) => {
    expect(example).toMatch(refused);
    expect(statements.filter((text) => refused.test(withoutTexts(text)))).toEqual([]);
  });

  test("an id is said by the statement that counts attempts, and by no other", () => {
    const saying = statements.filter((text) => SAID_ID.test(text));
    expect(saying.length).toBeGreaterThan(0);
    expect(saying.filter((text) => !text.startsWith("insert into attempts"))).toEqual([]);
  });

  test("a lock by name is one of the migrations", () => {
    const taken = statements.filter((text) => NAMED_LOCK.test(text));
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.filter((text) => !/'[^']*migrat/i.test(text))).toEqual([]);
  });
});

/** Whether a limit kept an attempt from being counted is said by this, in MySQL's protocol. */
const SAID_ID = /\blast_insert_id\(1\)/i;

/** The values in a statement aren't its words. */
const withoutTexts = (statement: string): string =>
  statement.replaceAll(/'(?:[^'\\]|\\.|'')*'/g, "''").replaceAll(/`[^`]*`/g, "``");

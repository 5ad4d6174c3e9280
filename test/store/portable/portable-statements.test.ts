// The statements of a server at work are those that TiDB and Vitess take. Neither is run here:
// their manuals say what they refuse.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AuditRollup } from "../../../src/domain/administration/statistics/audit-rollup.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { EXPIRY } from "../../../src/store/tables/purge.ts";
import { isSharded } from "../../../torture/model/plan.ts";
import { parseStatement } from "../../../torture/model/statements.ts";
import { createRestTransport } from "../../clients/rest.ts";
import { keep } from "../../domain/security/housekeeping/housekeepers.ts";
import { Ledger, playEpisode, type Target } from "../../durability/driver.ts";
import { execute, Mariadb } from "../../mariadb-server.ts";
import { clientToken, register } from "../../oauth/flow.ts";
import { type Installation, installOn, run } from "../../process/latchkey.ts";
import { apiOf, unique } from "../../use-server.ts";
import { aDevice, aMailLink, aUser } from "../samples.ts";
import { REFUSED, REFUSED_ON_SHARDS } from "./refused.ts";

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
    for (const words of [
      ["doctor"],
      ["migrate"],
      ["client", "list"],
      ["keys", "rotate"],
      ["audit", "export"],
      ["state", "export"],
    ])
      await run(words, installation.environment);
  } finally {
    await server.stop();
  }
}

/** Counts and removes what a server counts and removes in the background. */
async function tidy(url: string): Promise<void> {
  const store = await openStore({ kind: "mysql", url });
  const later = { ...systemClock, now: () => systemClock.now() + 1_000 * 86_400_000 };
  try {
    const user = aUser({ email: `${unique()}@example.com` });
    await store.users.insert(user);
    await store.devices.record(aDevice({ userId: user.id }));
    await store.passwordChecks.record(user.id, "192.0.2.0/24", systemClock.now());
    for (let count = 0; count < 2; count++)
      await store.mailLinks.replace(aMailLink({ userId: user.id }));
    const hash = unique();
    await store.formerIdentifiers.note([{ hash, notedAt: 1, expiresAt: 2 }]);
    await store.users.delete(user.id, systemClock.now());
    await new AuditRollup(store, later).run();
    const { housekeeper, runs, errors } = keep(store, later);
    expect(await housekeeper.run(true)).toBe(true);
    expect(errors).toEqual([]);
    expect(Object.keys(runs[0]!.tables)).toEqual(
      expect.arrayContaining(["users", "audit_events", "former_identifiers"]),
    );
  } finally {
    await store.close();
  }
}

beforeAll(async () => {
  mariadb = await Mariadb.start(undefined, ["--general-log=1", "--log-output=TABLE"]);
  await execute(mariadb.url, "create database latchkey");
  await execute(mariadb.url, "truncate mysql.general_log");
  await work(installOn(`${mariadb.url}/latchkey`, async () => undefined));
  await tidy(`${mariadb.url}/latchkey`);
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
    expect(statements.length).toBeGreaterThan(200);
    const kinds = ["select", "insert", "update", "delete", "create table", "alter table"];
    const counts = kinds.map((kind) => statements.filter((text) => text.startsWith(kind)).length);
    expect(counts.filter((count) => count < 3)).toEqual([]);
  });

  test.each(REFUSED)("%s", (_, refused, example) => {
    expect(example).toMatch(refused);
    expect(statements.filter((text) => refused.test(withoutNames(text)))).toEqual([]);
  });

  test.each(REFUSED_ON_SHARDS)("on many shards, %s", (what, isRefused, example) => {
    expect(isRefused(example)).toBe(true);
    const found = statements.filter((text) => isRefused(withoutTexts(text)));
    // The purge takes each shard by itself.
    const purged = new Set(["audit_events", ...EXPIRY.map(({ table }) => table)]);
    const isPurge = (text: string): boolean =>
      what === "a change of so many rows" &&
      /^delete\b.*<=.*\border by\b/is.test(text) &&
      purged.has(parseStatement(text).table);
    expect(found.filter((text) => !isPurge(text))).toEqual([]);
    expect(found.length > 0).toBe(what === "a change of so many rows");
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

/** Words of SQL and of Kysely that such a statement is written with, also a rare one. */
const REFUSED_WORDS: readonly (readonly [string, RegExp])[] = [
  ["locks", /\b(?:skip locked|nowait|for share|lock in share mode|(?:lock|flush) tables)\b/i],
  ["ids", /\b(?:auto_increment|last_insert_id\(\)|nextval)\b|`xa |`call |\binto @/i],
  ["queries", /\b(?:with recursive|with rollup|group_concat|json_table|lateral|natural join)\b/i],
  ["files", /\b(?:sql_calc_found_rows|into outfile|into dumpfile|load data)\b/i],
  ["tables", /\b(?:check|checksum|repair|optimize) table\b|\b(?:foreign key|fulltext|spatial)\b/i],
  [
    "others",
    /\bcreate (?:temporary|view|trigger|procedure|function)\b|\b(?:extractvalue|updatexml)\b/i,
  ],
  ["Kysely's locks", /\.(?:forShare|forKeyShare|forNoKeyUpdate|skipLocked|noWait)\(/],
  ["Kysely's queries", /\.(?:returning|returningAll|withRecursive|with|over|using|mergeInto)\(/],
  ["Kysely's tables", /\.(?:\w*Lateral\w*|createView|addForeignKeyConstraint)\(/],
];

describe("no text of the store can make such a statement", () => {
  const folder = join(import.meta.dirname, "../../../src/store");
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => ({
      path,
      text: readFileSync(join(folder, path), "utf8").replaceAll(
        /\/\*\*[^]*?\*\/|(?<=^|\s)\/\/.*$/gm,
        "",
      ),
    }));

  const withWords = (words: RegExp): string[] =>
    sources.filter(({ text }) => words.test(text)).map(({ path }) => path);

  test.each(REFUSED_WORDS)("%s", (_, refused) => {
    expect(sources.length).toBeGreaterThan(100);
    expect(withWords(refused)).toEqual([]);
  });

  test("a setting of a statement is for Galera alone", () => {
    expect(withWords(/\bset statement\b/i)).toEqual(["engine/mysql/awaited-reads.ts"]);
  });

  test("rows are replaced only in tables that lie on one shard", () => {
    const replaced = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/\breplaceInto\((?:"(\w+)")?/g)].map(([, table = path]) => table),
    );
    expect(replaced.length).toBeGreaterThan(5);
    // For SQLite alone.
    expect(replaced.filter((table) => table.endsWith(".ts"))).toEqual([
      "engine/writes/overwrite.ts",
    ]);
    expect(replaced.filter(isSharded)).toEqual([]);
  });
});

/** Whether a limit kept an attempt from being counted is said by this, in MySQL's protocol. */
const SAID_ID = /\blast_insert_id\(1\)/i;

/** The values in a statement aren't its words. */
const withoutTexts = (statement: string): string =>
  statement.replaceAll(/'(?:[^'\\]|\\.|'')*'/g, "''");

/** The names aren't either. */
const withoutNames = (statement: string): string =>
  withoutTexts(statement).replaceAll(/`[^`]*`/g, "``");

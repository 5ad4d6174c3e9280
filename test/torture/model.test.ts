// The model of many shards: what it says of cases whose answer is known, and its page.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AWAITED } from "../../src/store/engine/mysql/awaited-reads.ts";
import { ROWS_OF_USER, SHARDS, USERS } from "../../torture/model/assumptions.ts";
import { type CallCost, costOf, lookupCostOf } from "../../torture/model/cost.ts";
import { growthOf } from "../../torture/model/growth.ts";
import { withModel } from "../../torture/model/page.ts";
import { isSharded, PLAN, wayOf } from "../../torture/model/plan.ts";
import { keptRecording } from "../../torture/model/results.ts";
import { drawLoad, excessOf, usualDraw } from "../../torture/model/simulate.ts";
import { parseStatement, withoutValues } from "../../torture/model/statements.ts";
import { hottestShare, rankOf, shardOf } from "../../torture/model/zipf.ts";
import { randomFrom } from "../../torture/stage.ts";

const ROOT = join(import.meta.dirname, "../..");

/** A call that does a second of work on the shard of the user. */
const ONE: CallCost = {
  name: "one",
  statements: 1,
  roundTrips: 2,
  lookups: 0,
  work: [{ place: "user", micros: 1e6, kind: "statement" }],
  widest: 1,
  scattered: [],
  inserted: {},
};

const draw = (given: Parameters<typeof usualDraw>[0]) =>
  drawLoad(usualDraw({ calls: [ONE], callsADay: { one: 1 }, drawn: 20_000, ...given }));

test("the section of docs/scaling.md is what the model says", () => {
  const page = readFileSync(join(ROOT, "docs/scaling.md"), "utf8");
  const formatted = execFileSync(
    join(ROOT, "node_modules/.bin/oxfmt"),
    ["--stdin-filepath=docs/scaling.md"],
    { cwd: ROOT, input: withModel(page), encoding: "utf8" },
  );
  expect(page).toBe(formatted);
  expect(page.split("\n").filter((line) => line.length > 100)).toEqual([]);
});

describe("who comes how often", () => {
  test("without an exponent, all come alike", () => {
    const random = randomFrom(3);
    const seen = Array.from({ length: 10 }, () => 0);
    for (let count = 0; count < 10_000; count++)
      seen[rankOf({ size: 10, exponent: 0 }, random())]!++;
    expect(Math.min(...seen)).toBeGreaterThan(900);
    expect(Math.max(...seen)).toBeLessThan(1_100);
    expect(hottestShare({ size: 10, exponent: 0 })).toBeCloseTo(0.1);
  });

  test("with one, the first comes as often as its share says, and none is beyond the last", () => {
    const population = { size: 1_000, exponent: 0.9 };
    const random = randomFrom(4);
    const ranks = Array.from({ length: 50_000 }, () => rankOf(population, random()));
    const first = ranks.filter((rank) => rank === 0).length / ranks.length;
    expect(first).toBeCloseTo(hottestShare(population), 2);
    expect(first).toBeGreaterThan(0.05);
    expect(rankOf(population, 0)).toBe(0);
    expect(rankOf(population, 1 - 2 ** -32)).toBe(999);
    expect(Math.max(...ranks)).toBeLessThan(1_000);
  });

  test("keys in a row lie on all shards alike", () => {
    const seen = Array.from({ length: 64 }, () => 0);
    for (let key = 0; key < 128_000; key++) seen[shardOf(1, key, 64)]!++;
    expect(Math.min(...seen)).toBeGreaterThan(1_800);
    expect(Math.max(...seen)).toBeLessThan(2_200);
    expect(shardOf(1, 7, 64)).toBe(shardOf(1, 7, 64));
    expect(shardOf(1, 0, 1)).toBe(0);
  });
});

describe("the load of shards", () => {
  test("users who come alike load all shards alike", () => {
    const { micros, statements } = draw({ users: { size: 1e9, exponent: 0 }, shards: 10 });
    expect(statements.reduce((sum, each) => sum + each)).toBe(20_000);
    expect(micros.reduce((sum, each) => sum + each)).toBe(20_000 * 1e6);
    expect(excessOf(micros)).toBeLessThan(1.08);
  });

  test("one user alone loads one shard", () => {
    const { statements } = draw({ users: { size: 1, exponent: 0 }, shards: 10 });
    expect(statements.toSorted((one, other) => other - one)).toEqual([20_000, ...Array(9).fill(0)]);
    expect(excessOf(statements)).toBe(10);
  });

  test("one client loads one shard by the plan before, and none by this one", () => {
    const call: CallCost = { ...ONE, work: [{ place: "client", micros: 1, kind: "statement" }] };
    const given = { calls: [call], clients: { size: 1, exponent: 0 }, shards: 10 };
    expect(excessOf(draw({ ...given, byClient: true }).micros)).toBe(10);
    expect(excessOf(draw({ ...given, byClient: false }).micros)).toBeLessThan(1.1);
  });

  test("the same seed draws the same", () => {
    expect(draw({ seed: 5 })).toEqual(draw({ seed: 5 }));
    expect(draw({ seed: 5 })).not.toEqual(draw({ seed: 6 }));
  });
});

describe("statements and the plan", () => {
  test("values are left out, however many there are", () => {
    expect(withoutValues("select * from t where a in ('x', 'it''s') and b = 7")).toBe(
      "select * from t where a in (?) and b = ?",
    );
    expect(withoutValues("insert into `t` (`a`) values ('x', null, 1), ('y', 2, 3)")).toBe(
      "insert into `t` (`a`) values (?)",
    );
  });

  test("a statement says its table, what it joins, and its keys", () => {
    const text =
      "select `codes`.* from `codes` left join `users` on `users`.`id` = `codes`.`user_id` " +
      "where `codes`.`hash` in (?) and `users`.`id` = ? and `used_at` is null and `epoch` > ?";
    expect(parseStatement(text)).toEqual({
      kind: "read",
      table: "codes",
      joined: ["users"],
      keys: ["hash"],
    });
    expect(parseStatement("update `users` set `acts` = ? where `id` = ?")).toMatchObject({
      kind: "change",
      table: "users",
      keys: ["id"],
    });
    expect(parseStatement("replace into `devices` (`a`) values (?)")).toMatchObject({
      kind: "insert",
      table: "devices",
    });
    expect(parseStatement("commit")).toMatchObject({ kind: "transaction", table: "" });
  });

  test("a key leads to one shard, a look-up to one, and nothing to every one", () => {
    expect(wayOf("users", ["id"], false)).toBe("key");
    expect(wayOf("users", ["realm", "email_claim"], false)).toBe("look-up");
    expect(wayOf("users", ["realm"], false)).toBe("every shard");
    expect(wayOf("sessions", ["id"], false)).toBe("gains the key");
    expect(wayOf("audit_events", [], true)).toBe("key");
    expect(wayOf("clients", ["id"], false)).toBe("copy");
    expect(() => wayOf("moons", [], false)).toThrow("moons");
  });

  test("the plan has every table of the schema, as docs/scaling.md says", () => {
    const tables = Object.keys(AWAITED).toSorted();
    expect(tables.length).toBeGreaterThan(40);
    expect(Object.keys(PLAN).toSorted()).toEqual(tables);
    const page = readFileSync(join(ROOT, "docs/scaling.md"), "utf8");
    const [, list = ""] = /The tables and their sharding keys([^]*?)What would change/.exec(page)!;
    const parts = list
      .split("\n- ")
      .slice(1)
      .map((text) => {
        const [names = "", rule = ""] = text.split(":");
        return { names: [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name!), rule };
      });
    expect(parts.flatMap(({ names }) => names).toSorted()).toEqual(tables);
    for (const { names, rule } of parts)
      expect(names.map(isSharded)).toEqual(names.map(() => !rule.startsWith(" none.")));
  });

  test("no statement of a call would run on every shard, and the plan has each table", () => {
    const { calls } = keptRecording();
    expect(calls.length).toBe(10);
    const ways = calls.flatMap(({ statements }) =>
      statements
        .map(({ text }) => parseStatement(text))
        .filter(({ table }) => table !== "")
        .map(({ table, keys, kind, joined }) => {
          expect(joined.filter((name) => PLAN[name] === undefined)).toEqual([]);
          return wayOf(table, keys, kind === "insert");
        }),
    );
    expect(ways.length).toBeGreaterThan(30);
    expect(ways).not.toContain("every shard");
  });
});

test("a call costs its statements, look-ups and commits", () => {
  const statement = (text: string, micros: number, connection = 1) => ({
    text,
    micros,
    connection,
  });
  const calls = [
    {
      name: "a call",
      statements: [
        statement("select * from `refresh_tokens` where `hash` in (?)", 100, 0),
        statement("insert into attempts (key_hash) values (?)", 40),
        statement("insert into `sessions` (`id`) values (?)", 30),
        statement("insert into `audit_events` (`id`) values (?)", 20),
        statement("commit", 1_000),
        statement("delete from `sessions` where `id` = ?", 10),
      ],
    },
  ];
  expect(lookupCostOf(calls)).toEqual({ read: 100, write: 1_020, commit: 1_000 });
  const [cost] = costOf(calls);
  expect(cost).toMatchObject({
    statements: 6,
    // The read of one look-up; the rows of tokens that come with a session, and go with it.
    lookups: 3,
    roundTrips: 6 * 2 + 1 + 2 + 2,
    // The network, the account and the user.
    widest: 3,
    scattered: ["delete from `sessions` where `id` = ?"],
    inserted: { attempts: 1, sessions: 1, audit_events: 1 },
  });
  const commits = cost!.work.filter(({ kind }) => kind === "commit");
  expect(commits.map(({ place }) => place).toSorted()).toEqual(["account", "network", "user"]);
  const own = cost!.work.filter(({ kind }) => kind === "statement");
  expect(own.reduce((sum, { micros }) => sum + micros, 0)).toBe(200);
});

test("a shard holds its part of the rows", () => {
  const bytes = { users: 64, grants: 0, sessions: 0, access_tokens: 0, refresh_tokens: 0 };
  const all = growthOf([], { origin: "", bytes: { ...bytes, audit_events: 0 } });
  expect(all[0]).toMatchObject({
    table: "users",
    rows: USERS.size * ROWS_OF_USER["users"]!,
    bytes: (USERS.size * 64) / SHARDS,
  });
});

// What the first page of the administration reads: each query takes an index.
import { sql, type UnknownRow } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY } from "../../../src/domain/durations.ts";
import { connect } from "../../../src/store/engine/connect.ts";
import type { Database } from "../../../src/store/engine/database.ts";
import { statistics } from "../../../src/store/tables/audit/statistics.ts";
import { stores } from "../../mariadb.ts";
import { explaining, indexesOf, isSorted } from "../explaining.ts";
import { anEvent, aUser, NOW } from "../samples.ts";

const TODAY = Math.floor(NOW / DAY) * DAY;

describe.each(stores)("statistics on $engine", ({ use, engine }) => {
  const test = use();
  let db: Database;
  beforeAll(async () => {
    db = connect(test.options, "impatient").db;
    const counts = Array.from({ length: 2_000 }, (_, index) => ({
      type: `type.${index % 10}`,
      day: TODAY - Math.floor(index / 10) * DAY,
      succeeded: true,
      reason: "",
      events: 1,
    }));
    await test.store.statistics.add(counts);
    await test.store.transaction(async (tx) => {
      for (let index = 0; index < 1_000; index++) await tx.audit.append(anEvent());
      for (let index = 0; index < 300; index++) await tx.users.insert(aUser());
    });
    for (const table of ["audit_days", "audit_events", "users"])
      await sql`analyze ${sql.raw(engine === "sqlite" ? table : `table ${table}`)}`.execute(db);
  });
  afterAll(() => db.destroy());

  const primary = (table: string): string =>
    engine === "sqlite" ? `sqlite_autoindex_${table}_1` : "PRIMARY";

  it.each([
    [
      "the days of some types",
      "audit_days",
      (of: Database) => statistics(of).daily(["type.1", "type.2", "type.3"], TODAY - 30 * DAY),
    ],
    ["events by id", "audit_events", (of: Database) => statistics(of).events("0", "g", 100)],
    [
      "a part of the users",
      "users",
      (of: Database) => statistics(of).countPart("users", { after: "0", limit: 10 }, NOW),
    ],
    [
      "a part of the applications",
      "clients",
      (of: Database) => statistics(of).countPart("clients", { after: "0", limit: 10 }, NOW),
    ],
    [
      "a part of the sessions",
      "sessions",
      (of: Database) => statistics(of).countPart("sessions", { after: "0", limit: 10 }, NOW),
    ],
  ] as const)("%s by the primary key of %s", async (_, table, read) => {
    const plan: UnknownRow[] = [];
    await read(db.withPlugin(explaining(engine, plan)));
    expect(indexesOf(engine, plan)).toContain(primary(table));
    if (!["users", "clients", "sessions"].includes(table)) expect(isSorted(plan)).toBe(true);
  });

  it("counts every row of a table once, part by part", async () => {
    let [rows, after] = [0, ""];
    for (;;) {
      const part = await test.store.statistics.countPart("users", { after, limit: 70 }, NOW);
      expect(part.counts.reduce((sum, each) => sum + each.rows, 0)).toBe(part.rows);
      rows += part.rows;
      after = part.last;
      if (part.rows < 70) break;
    }
    expect(rows).toBe(300);
  });

  it("adds to the counts of a day", async () => {
    const one = { type: "type.1", day: TODAY, succeeded: true, reason: "", events: 41 };
    await test.store.statistics.add([one, { ...one, type: "type.11" }]);
    const found = await test.store.statistics.daily(["type.1", "type.11"], TODAY);
    expect(found.map(({ type, events }) => [type, events]).toSorted()).toEqual([
      ["type.1", 42],
      ["type.11", 41],
    ]);
  });
});

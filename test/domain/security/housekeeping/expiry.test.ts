// Every table that is purged, at the millisecond at which a row of it goes.
import { describe, expect, it } from "vitest";
import { connect } from "../../../../src/store/engine/connect.ts";
import { diagnose } from "../../../../src/store/engine/diagnose.ts";
import { EXPIRY } from "../../../../src/store/tables/purge.ts";
import { stores } from "../../../mariadb.ts";
import { run } from "../../../store/engine/run-statement.ts";
import { NOW } from "../../../store/samples.ts";

describe.each(stores)("expired rows on $engine", ({ use }) => {
  const test = use();

  it("are those of the tables that the store names", () => {
    expect(test.store.expiringTables).toEqual(EXPIRY.map(({ table }) => table));
    expect(EXPIRY.length).toBeGreaterThan(20);
  });

  it.each(EXPIRY)("of $table go $keep ms after $column", async ({ table, column, keep }) => {
    const { db } = connect(test.options, "impatient");
    try {
      const tables = await db.introspection.getTables();
      const { columns } = tables.find(({ name }) => name === table)!;
      let last = 0;
      /** Inserts a row that is like no other. */
      const insert = async (at: number): Promise<void> => {
        const values = columns
          .filter(({ name, isNullable }) => name === column || !isNullable)
          .map(({ name, dataType }) => {
            if (name === column) return [name, at] as const;
            return [name, /int/i.test(dataType) ? ++last : `'v${++last}'`] as const;
          });
        await run(
          test.options,
          `insert into ${table} (${values.map(([name]) => `\`${name}\``).join(", ")}) ` +
            `values (${values.map(([, value]) => value).join(", ")})`,
        );
      };
      await run(test.options, `delete from ${table}`);
      for (const at of [NOW - keep - 1, NOW - keep, NOW - keep + 1]) await insert(at);
      const { oldestRows } = await diagnose(test.options, () => NOW);
      expect(oldestRows).toContainEqual({ table, since: NOW - 1 });
      expect(await test.store.purgeExpired(NOW, 1, table)).toBe(1);
      expect(await test.store.purgeExpired(NOW, 10, table)).toBe(1);
      expect(await test.store.purgeExpired(NOW, 10, table)).toBe(0);
      expect(await test.store.purgeExpired(NOW + 1, 10, table)).toBe(1);
    } finally {
      await db.destroy();
    }
  });
});

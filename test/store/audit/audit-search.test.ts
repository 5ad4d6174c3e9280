// Searches of the audit trail: what they find, what they cost, and which index they read.
import { sql, type UnknownRow } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditFilter } from "../../../src/domain/store.ts";
import { connect } from "../../../src/store/engine/connect.ts";
import type { Database } from "../../../src/store/engine/database.ts";
import type { Tables } from "../../../src/store/engine/schema.ts";
import { audit } from "../../../src/store/tables/audit/audit.ts";
import { stores } from "../../mariadb.ts";
import { explaining, isSorted } from "../explaining.ts";
import { NOW } from "../samples.ts";

type Row = Tables["audit_events"];

/** More than a search looks at: the two halves have a user in common and nothing else. */
const MANY = 12_000;

const padded = (number: number): string => String(number).padStart(8, "0");

const rows: Row[] = Array.from({ length: MANY }, (_, index) => ({
  id: padded(index),
  at: NOW + index,
  type: index % 2 === 0 ? "user.sign_in" : "user.update",
  succeeded: index % 10 === 0 ? 0 : 1,
  actor: index % 2 === 0 ? "anonymous" : "user:one",
  user_id: index % 3_000 === 7 ? "rare" : "many",
  client_id: index % 7 === 0 ? "client" : null,
  address: "192.0.2.1",
  details: "{}",
  shard_key: null,
}));

/** Every choice of facts: 243 filters. */
const FILTERS: readonly AuditFilter[] = [undefined, "rare", "many"].flatMap((userId) =>
  [undefined, "client", "unknown"].flatMap((clientId) =>
    [undefined, "anonymous", "user:one"].flatMap((actor) =>
      [undefined, "user.sign_in", "user.update"].flatMap((type) =>
        [undefined, true, false].map((succeeded) => ({ userId, clientId, actor, type, succeeded })),
      ),
    ),
  ),
);

const matches = (row: Row, filter: AuditFilter): boolean =>
  (filter.userId === undefined || row.user_id === filter.userId) &&
  (filter.clientId === undefined || row.client_id === filter.clientId) &&
  (filter.actor === undefined || row.actor === filter.actor) &&
  (filter.type === undefined || row.type === filter.type) &&
  (filter.succeeded === undefined || row.succeeded === Number(filter.succeeded)) &&
  (filter.from === undefined || row.id >= filter.from) &&
  (filter.before === undefined || row.id < filter.before);

describe.each(stores)("the audit trail on $engine", ({ use, engine }) => {
  const test = use();
  let db: Database;
  beforeAll(async () => {
    db = connect(test.options, "impatient").db;
    for (let start = 0; start < MANY; start += 500)
      await db
        .insertInto("audit_events")
        .values(rows.slice(start, start + 500))
        .execute();
  });
  afterAll(() => db.destroy());

  /** Reads parts until the end; returns the ids, and how many searches it took. */
  async function all(filter: AuditFilter, isOldestFirst: boolean, limit = 4_000) {
    const ids: string[] = [];
    for (let after: string | undefined, searches = 1; ; searches++) {
      const part = await test.store.audit.search(filter, { after, limit, isOldestFirst });
      ids.push(...part.items.map(({ id }) => id));
      after = part.stoppedAt ?? part.items.at(-1)?.id;
      if (part.items.length < limit && part.stoppedAt === undefined) return { ids, searches };
    }
  }

  it("finds what every choice of facts matches, in both orders, once", async () => {
    let found = 0;
    for (const [index, filter] of FILTERS.entries()) {
      const isOldestFirst = index % 2 === 0;
      const ranged =
        index % 9 === 0 ? filter : { ...filter, from: padded(2_500), before: padded(4_500) };
      const wanted = rows.filter((row) => matches(row, ranged)).map(({ id }) => id);
      const { ids } = await all(ranged, isOldestFirst);
      expect(ids, JSON.stringify(ranged)).toEqual(isOldestFirst ? wanted : wanted.toReversed());
      found += ids.length;
    }
    expect(FILTERS).toHaveLength(243);
    expect(found).toBeGreaterThan(20_000);
  });

  it("stops where two long lists have nothing in common, and goes on from there", async () => {
    const nothing = { actor: "anonymous", type: "user.update", userId: "many" };
    const part = await test.store.audit.search(nothing, { limit: 10 });
    expect(part.items).toEqual([]);
    expect(part.stoppedAt).toBeDefined();
    for (const isOldestFirst of [false, true]) {
      const { ids, searches } = await all(nothing, isOldestFirst);
      expect(ids).toEqual([]);
      expect(searches).toBeGreaterThan(2);
      expect(searches).toBeLessThan(6);
    }
  });

  it("counts exactly up to a limit, and says when there may be more", async () => {
    const count = (filter: AuditFilter) => test.store.audit.count(filter, 10_000);
    expect(await count({})).toEqual({ events: 10_000, isExact: false });
    expect(await count({ before: padded(10_000) })).toEqual({ events: 10_000, isExact: true });
    expect(await count({ userId: "rare", succeeded: true })).toEqual({ events: 4, isExact: true });
    expect(await count({ type: "nothing" })).toEqual({ events: 0, isExact: true });
    expect(await count({ type: "user.sign_in", succeeded: false })).toEqual({
      events: 1_200,
      isExact: true,
    });
    const some = await count({ actor: "anonymous", succeeded: true });
    expect(some.isExact).toBe(false);
    expect(some.events).toBeGreaterThan(1_000);
  });

  it("reads an index in its order for every choice of facts", async () => {
    const plan: UnknownRow[] = [];
    const analyzed = engine === "sqlite" ? "audit_events" : "table audit_events";
    await sql`analyze ${sql.raw(analyzed)}`.execute(db);
    const explained = audit(db.withPlugin(explaining(engine, plan)));
    for (const filter of FILTERS)
      for (const isOldestFirst of [false, true]) {
        await explained.search(filter, { limit: 50, after: padded(5_000), isOldestFirst });
        await explained.count({ ...filter, from: padded(100) }, 10_000);
      }
    const plans = plan.map((row) => JSON.stringify(row));
    expect(plans.length).toBeGreaterThan(FILTERS.length * 4);
    expect(isSorted(plan)).toBe(true);
    const indexed = /audit_events_\w+|sqlite_autoindex_audit_events_1|PRIMARY|CO-ROUTINE|derived/;
    expect(plans.filter((row) => !indexed.test(row) && !/SCAN few/.test(row))).toEqual([]);
    const whole = plans.filter((row) => /"type":"ALL"/.test(row) && !/derived/.test(row));
    expect(whole).toEqual([]);
  });
});

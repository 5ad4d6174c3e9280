// What an administrator looks for: every part of a list comes by an index, in order, and once.
import type { KyselyPlugin, UnknownRow } from "kysely";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditFilter } from "../../../src/domain/store.ts";
import type { TextPlace } from "../../../src/domain/paging.ts";
import type { UserSearch } from "../../../src/domain/accounts/store.ts";
import { audit } from "../../../src/store/tables/audit/audit.ts";
import { connect } from "../../../src/store/engine/connect.ts";
import type { Database } from "../../../src/store/engine/database.ts";
import { users } from "../../../src/store/tables/users/users.ts";
import { stores } from "../../mariadb.ts";
import { anEvent, aUser, id, NOW } from "../samples.ts";

describe.each(stores)("searches on $engine", ({ use, engine }) => {
  const test = use();

  /** All parts of a list, three items each. */
  async function all<Item>(
    read: (after: TextPlace | undefined) => Promise<Item[]>,
    placeOf: (item: Item) => TextPlace,
  ): Promise<Item[]> {
    const items: Item[] = [];
    for (let after: TextPlace | undefined; ;) {
      const part = await read(after);
      items.push(...part);
      if (part.length < 3) return items;
      after = placeOf(part.at(-1)!);
    }
  }

  it("finds users by how an address, a name or an AccID begins, the deleted too", async () => {
    const names = [
      "ada",
      "ada lovelace",
      "adam",
      "ADA",
      "adá",
      "ada%",
      "ada_x",
      "bob",
      "ad\u{10FFFE}",
      "añ",
    ];
    for (const [index, name] of names.entries())
      await test.store.users.insert(
        aUser({
          realm: "search",
          username: name,
          emailKey: `${name}@example.org`,
          accId: `acc-${index % 2}`,
        }),
      );
    await test.store.users.insert(
      aUser({ realm: "elsewhere", username: "ada", emailKey: "ada@example.org" }),
    );
    const search = (by: UserSearch["by"], prefix: string) =>
      all(
        (after) => test.store.users.search({ realm: "search", by, prefix }, { after, limit: 3 }),
        (user) => [user[by], user.id],
      );
    const found = async (...given: Parameters<typeof search>) =>
      (await search(...given)).map((user) => user.username);
    expect(await found("username", "ada")).toEqual([
      "ada",
      "ada lovelace",
      "ada%",
      "ada_x",
      "adam",
    ]);
    expect(await found("emailKey", "ada@")).toEqual(["ada"]);
    expect(await found("username", "ad")).toHaveLength(7);
    expect(await found("username", "ada%")).toEqual(["ada%"]);
    expect(await found("username", "zz")).toEqual([]);
    expect(new Set(await found("username", ""))).toEqual(new Set(names));
    expect(new Set(await found("accId", "acc-1"))).toEqual(
      new Set(names.filter((_, index) => index % 2 === 1)),
    );
    const [ada] = await search("username", "ada");
    await test.store.users.delete(ada!.id, NOW);
    await test.store.users.insert(
      aUser({ realm: "search", username: "ada", emailKey: "ada@example.org" }),
    );
    const both = await search("emailKey", "ada@example.org");
    expect(both.map(({ state }) => state).toSorted()).toEqual(["active", "deleted"]);
    expect(both.map((user) => user.id)).toEqual(both.map((user) => user.id).toSorted());
  });

  it("finds events by everything that is said of them, newest first", async () => {
    const [userId, clientId] = [id(), id()];
    const ids = Array.from({ length: 8 }, () => id()).toSorted();
    const events = ids.map((eventId, index) =>
      anEvent({
        id: eventId,
        userId,
        clientId: index < 4 ? clientId : undefined,
        actor: index % 2 === 0 ? `user:${userId}` : "anonymous",
        type: index === 5 ? "user.lock" : "user.sign_in",
        succeeded: index !== 2,
      }),
    );
    for (const event of [
      ...events,
      anEvent(),
      anEvent({ id: `${ids[7]}x`, actor: `user:${userId}` }),
    ])
      await test.store.audit.append(event);
    const found = async (filter: AuditFilter, after?: string) =>
      (await test.store.audit.list(filter, { after, limit: 10 })).map((event) =>
        events.findIndex((each) => each.id === event.id),
      );
    expect(await found({ userId })).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
    expect(await found({ userId }, ids[3])).toEqual([2, 1, 0]);
    expect(await found({ clientId })).toEqual([3, 2, 1, 0]);
    expect(await found({ userId, clientId, actor: "anonymous" })).toEqual([3, 1]);
    expect(await found({ userId, type: "user.lock" })).toEqual([5]);
    expect(await found({ userId, succeeded: false })).toEqual([2]);
    expect(await found({ userId, succeeded: true, actor: `user:${userId}` })).toEqual([6, 4, 0]);
    expect(await found({ actor: `user:${userId}` })).toEqual([-1, 6, 4, 2, 0]);
    expect(await found({ userId, from: ids[2], before: ids[5] })).toEqual([4, 3, 2]);
    expect(await found({ userId, from: ids[2], before: ids[5] }, ids[3])).toEqual([2]);
    expect(await found({ type: "nothing" })).toEqual([]);
    expect((await found({ succeeded: false })).includes(2)).toBe(true);
    expect(await found({})).toHaveLength(10);
  });

  it("remembers the networks of a user", async () => {
    const userId = id();
    for (const network of ["b", "a", "b"])
      await test.store.passwordChecks.record(userId, network, NOW);
    await test.store.passwordChecks.record(id(), "c", NOW);
    expect(await test.store.passwordChecks.networks(userId)).toEqual(["a", "b"]);
  });

  describe("takes an index and sorts nothing, with many rows,", () => {
    const plan: UnknownRow[] = [];
    /** Asks how a query would be done instead of doing it. */
    const explaining: KyselyPlugin = {
      transformQuery: ({ node }) => ({
        ...node,
        ...(node.kind === "SelectQueryNode" && {
          explain: {
            kind: "ExplainNode",
            format: undefined,
            options: engine === "sqlite" ? sql`query plan`.toOperationNode() : undefined,
          },
        }),
      }),
      transformResult: async ({ result }) => (
        plan.splice(0, plan.length, ...result.rows),
        { ...result, rows: [] }
      ),
    };
    let db: Database;
    beforeAll(async () => {
      db = connect(test.options, "impatient").db;
      for (let many = 0; many < 4; many++) {
        const events = Array.from({ length: 500 }, (_, index) => ({
          id: `${many}-${1000 + index}`,
          at: NOW,
          type: `type.${index % 5}`,
          succeeded: index % 9 === 0 ? 0 : 1,
          actor: `user:${index % 50}`,
          user_id: `${index % 50}`,
          client_id: `${index % 20}`,
          address: "",
          details: "{}",
        }));
        await db.insertInto("audit_events").values(events).execute();
      }
      const table = engine === "sqlite" ? "audit_events" : "table audit_events";
      await sql`analyze ${sql.raw(table)}`.execute(db);
    });
    afterAll(() => db.destroy());

    const isSorted = () => !/filesort|temp b-tree/i.test(JSON.stringify(plan));
    const index = () =>
      engine === "sqlite"
        ? /USING (?:COVERING )?INDEX (\w+)/.exec(String(plan[0]?.["detail"]))?.[1]
        : plan[0]?.["key"];

    const primary = engine === "sqlite" ? "sqlite_autoindex_audit_events_1" : "PRIMARY";
    const AUDIT: readonly (readonly [string, AuditFilter])[] = [
      ["audit_events_user", { userId: "7" }],
      [
        "audit_events_user",
        { userId: "7", succeeded: false, actor: "user:7", clientId: "7", type: "type.1" },
      ],
      [
        "audit_events_outcome",
        { succeeded: false, actor: "user:7", clientId: "7", type: "type.1" },
      ],
      ["audit_events_actor", { actor: "user:7", clientId: "7", type: "type.1", succeeded: true }],
      ["audit_events_client", { clientId: "7", type: "type.1" }],
      ["audit_events_type", { type: "type.1", succeeded: true }],
      [primary, {}],
    ];
    it.each(AUDIT)("%s for %o", async (name, said) => {
      await audit(db.withPlugin(explaining)).list(said, { limit: 50 });
      expect([index(), isSorted()]).toEqual([name, true]);
      await audit(db.withPlugin(explaining)).list(
        { ...said, from: "0-1100" },
        { limit: 50, after: "3-1400" },
      );
      expect([index(), isSorted()]).toEqual([name, true]);
    });

    it.each([
      ["emailKey", "users_email"],
      ["username", "users_username"],
      ["accId", "users_acc_id"],
    ] as const)("users by %s: %s", async (by, name) => {
      await users(db.withPlugin(explaining)).search(
        { realm: "search", by, prefix: "ada" },
        { limit: 50, after: ["adab", "x"] },
      );
      expect([index(), isSorted()]).toEqual([name, true]);
    });
  });
});

// Invitations to groups: one for each user and group, and lists of those that wait.
import type { KyselyPlugin, UnknownRow } from "kysely";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../../src/store/engine/connect.ts";
import type { Database } from "../../../src/store/engine/database.ts";
import { groupInvitations } from "../../../src/store/tables/group-invitations.ts";
import { stores } from "../../mariadb.ts";
import { aGroup, anInvitation, aUser, id, NOW, parallel } from "../samples.ts";

describe.each(stores)("invitations on $engine", ({ use, engine }) => {
  const test = use();
  const stored = () => test.store.groupInvitations;

  it("give back what was put in, and replace an older one", async () => {
    const first = anInvitation({ groupId: 2n ** 53n - 1n });
    await stored().put(first);
    expect(await stored().find(first.groupId, first.userId)).toEqual(first);
    const second = { ...first, invitedBy: undefined, role: "owner", declinedAt: NOW } as const;
    await stored().put(second);
    expect(await stored().find(first.groupId, first.userId)).toEqual(second);
    expect(await stored().find(first.groupId, `${first.userId} `)).toBeUndefined();
    expect(await stored().find(-1n, first.userId)).toBeUndefined();
  });

  it("are removed or declined once", async () => {
    const [one, other] = [anInvitation(), anInvitation()];
    await stored().put(one);
    await stored().put(other);
    const removed = await parallel(5, () => stored().remove(one.groupId, one.userId));
    expect(removed.filter(Boolean)).toHaveLength(1);
    const { groupId, userId } = other;
    expect(await stored().decline(groupId, userId, other.expiresAt, NOW + 9_000)).toBe(false);
    const declined = await parallel(5, () => stored().decline(groupId, userId, NOW, NOW + 9_000));
    expect(declined.filter(Boolean)).toHaveLength(1);
    expect(await stored().remove(groupId, userId)).toBe(false);
    expect(await stored().find(groupId, userId)).toEqual({
      ...other,
      declinedAt: NOW,
      expiresAt: NOW + 9_000,
    });
  });

  it("are listed while they wait, for a group and for a user, in parts", async () => {
    const [groupId, userId] = [aGroup().id, id()];
    const users = [id(), id(), id()].toSorted();
    for (const each of users) await stored().put(anInvitation({ groupId, userId: each }));
    await stored().put(anInvitation({ groupId, declinedAt: NOW }));
    await stored().put(anInvitation({ groupId, expiresAt: NOW }));
    const of = async (after?: string) =>
      (await stored().listOf(groupId, NOW, { after, limit: 2 })).map((each) => each.userId);
    expect([await of(), await of(users[1])]).toEqual([users.slice(0, 2), users.slice(2)]);
    for (const number of [30n, 10n, 20n])
      await stored().put(anInvitation({ groupId: number, userId }));
    await stored().put(anInvitation({ groupId: 15n, userId, declinedAt: NOW }));
    const numbers = async (after?: bigint) =>
      (await stored().listFor(userId, NOW, { after, limit: 2 })).map((each) => each.groupId);
    expect([await numbers(), await numbers(20n)]).toEqual([[10n, 20n], [30n]]);
    await stored().removeFor(userId);
    expect(await numbers()).toEqual([]);
    expect(await stored().find(15n, userId)).toBeUndefined();
  });

  it("go with the role of the inviter, but the declined stay", async () => {
    const [groupId, invitedBy] = [aGroup().id, id()];
    const made = {
      member: anInvitation({ groupId, invitedBy }),
      owner: anInvitation({ groupId, invitedBy, role: "owner" }),
      declined: anInvitation({ groupId, invitedBy, role: "owner", declinedAt: NOW }),
      other: anInvitation({ groupId, role: "owner" }),
    };
    for (const each of Object.values(made)) await stored().put(each);
    const left = async () => {
      const found = await Promise.all(
        Object.entries(made).map(async ([name, { userId }]) =>
          (await stored().find(groupId, userId)) === undefined ? [] : [name],
        ),
      );
      return found.flat();
    };
    await stored().removeBy(groupId, invitedBy, []);
    expect(await left()).toEqual(Object.keys(made));
    await stored().removeBy(groupId, invitedBy, ["administrator", "owner"]);
    expect(await left()).toEqual(["member", "declined", "other"]);
    await stored().removeBy(groupId, invitedBy, ["member"]);
    expect(await left()).toEqual(["declined", "other"]);
  });

  it("go with the group, with the user and with time", async () => {
    const [group, user] = [aGroup(), aUser()];
    await test.store.groups.insert(group);
    await test.store.users.insert(user);
    const ofGroup = anInvitation({ groupId: group.id, expiresAt: NOW + 9_000 });
    const ofUser = anInvitation({ userId: user.id, expiresAt: NOW + 9_000 });
    const old = anInvitation({ expiresAt: NOW + 500 });
    for (const each of [ofGroup, ofUser, old]) await stored().put(each);
    const isThere = async ({ groupId, userId }: typeof old) =>
      (await stored().find(groupId, userId)) !== undefined;
    await test.store.groups.delete(group.id);
    expect([await isThere(ofGroup), await isThere(ofUser)]).toEqual([false, true]);
    await test.store.users.delete(user.id, NOW);
    await test.store.users.purge(NOW + 1, 100);
    expect([await isThere(ofUser), await isThere(old)]).toEqual([false, true]);
    await test.store.purgeExpired(NOW + 600, 1000);
    expect(await isThere(old)).toBe(false);
  });

  describe("take an index and sort nothing, with many rows,", () => {
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
      const rows = Array.from({ length: 1000 }, (_, index) => ({
        group_id: 1 + (index % 40),
        user_id: `user-${index % 50}-${index % 40}`,
        role: "member",
        invited_by: `user-${index % 7}`,
        created_at: NOW,
        expires_at: NOW + 1 + index,
        declined_at: index % 3 === 0 ? NOW : null,
      }));
      const unique = new Map(rows.map((row) => [`${row.group_id} ${row.user_id}`, row]));
      await db
        .insertInto("group_invitations")
        .values([...unique.values()])
        .execute();
      const name = engine === "sqlite" ? "group_invitations" : "table group_invitations";
      await sql`analyze ${sql.raw(name)}`.execute(db);
    });
    afterAll(() => db.destroy());

    const index = () =>
      engine === "sqlite"
        ? /USING (?:COVERING )?INDEX (\w+)/.exec(String(plan[0]?.["detail"]))?.[1]
        : plan[0]?.["key"];
    const isSorted = () => !/filesort|temp b-tree/i.test(JSON.stringify(plan));

    it("for a group: the primary key", async () => {
      await groupInvitations(db.withPlugin(explaining)).listOf(7n, NOW, { limit: 50, after: "u" });
      const primary = engine === "sqlite" ? "sqlite_autoindex_group_invitations_1" : "PRIMARY";
      expect([index(), isSorted()]).toEqual([primary, true]);
    });

    it("for a user: group_invitations_user", async () => {
      await groupInvitations(db.withPlugin(explaining)).listFor("user-7-7", NOW, {
        limit: 50,
        after: 3n,
      });
      expect([index(), isSorted()]).toEqual(["group_invitations_user", true]);
    });
  });
});

import { describe, expect, it } from "vitest";
import type { OriginKind } from "../../../src/domain/origins.ts";
import { stores } from "../../mariadb.ts";
import {
  aCode,
  aDevice,
  aGrant,
  aGroup,
  aMailLink,
  anAccessToken,
  anEvent,
  aRefreshToken,
  aSession,
  aUser,
  id,
  NOW,
  parallel,
} from "../samples.ts";

describe.each(stores)("deleted users on $engine", ({ use }) => {
  const test = use();
  const insert = async (given: Parameters<typeof aUser>[0] = {}) => {
    const user = aUser(given);
    expect(await test.store.users.insert(user)).toBeUndefined();
    return user;
  };

  it("are found by id only, and change no more", async () => {
    const user = await insert();
    const { users } = test.store;
    expect(await users.delete(user.id, NOW + 1)).toBe(true);
    const ended = { epoch: 2, accessEndedAt: NOW + 1, updatedAt: NOW + 1 };
    const deleted = { ...user, ...ended, state: "deleted", deletedAt: NOW + 1 };
    expect(await users.find(user.id)).toEqual(deleted);
    expect(await users.findByEmail("main", user.emailKey)).toBeUndefined();
    expect(await users.findByUsername("main", user.username)).toBeUndefined();
    expect(await users.delete(user.id, NOW)).toBe(false);
    expect(await users.update(user.id, { developer: true }, NOW)).toBe("missing");
    expect(await users.setPassword(user.id, "new", NOW)).toBeUndefined();
    expect(await users.rehash(user.id, user.passwordHash, "new")).toBe(false);
    expect(await users.lock(user.id, "spam", undefined, NOW)).toBe(false);
    expect(await users.endAccess(user.id, NOW)).toBe(false);
    expect(await users.find(user.id)).toEqual(deleted);
  });

  it("free their e-mail and name", async () => {
    const { id: _, ...same } = await insert();
    for (let round = 0; round < 3; round++) {
      const user = await test.store.users.findByEmail("main", same.emailKey);
      await test.store.users.delete(user?.id ?? "", NOW);
      expect(await test.store.users.insert({ ...same, id: id() })).toBeUndefined();
    }
  });

  it("come back, unless their e-mail or name is taken", async () => {
    const user = await insert();
    const { users } = test.store;
    expect(await users.restore(user.id, NOW)).toBe("missing");
    await users.delete(user.id, NOW + 1);
    const heir = await insert({ emailKey: user.emailKey });
    const namesake = await insert({ username: user.username });
    expect(await users.restore(user.id, NOW + 2)).toBe("email");
    await users.delete(heir.id, NOW);
    expect(await users.restore(user.id, NOW + 2)).toBe("username");
    await users.delete(namesake.id, NOW);
    expect(await users.restore(user.id, NOW + 3)).toBeUndefined();
    const restored = { ...user, epoch: 2, accessEndedAt: NOW + 1, updatedAt: NOW + 3 };
    expect(await users.findByEmail("main", user.emailKey)).toEqual(restored);
    expect(await users.findByUsername("main", user.username)).toEqual(restored);
    expect(await users.insert(aUser({ emailKey: user.emailKey }))).toBe("email");
  });

  it(
    "are found by what they had when they left by themselves, the last of many, and for " +
      "a while",
    async () => {
      const { users } = test.store;
      const user = await insert();
      const byEmail = (since = NOW) =>
        users.findDeleted("main", { emailKey: user.emailKey }, since, true);
      const byName = (since = NOW) =>
        users.findDeleted("main", { username: user.username }, since, true);
      expect(await byEmail()).toBeUndefined();
      await users.delete(user.id, NOW + 1, true);
      const heir = await insert({ emailKey: user.emailKey });
      expect([(await byEmail())?.id, (await byName())?.id]).toEqual([user.id, user.id]);
      expect([
        await byEmail(NOW + 1),
        await users.findDeleted("other", { emailKey: user.emailKey }, NOW, true),
      ]).toEqual([undefined, undefined]);
      await users.delete(heir.id, NOW + 2, true);
      expect([(await byEmail())?.id, (await byName())?.id]).toEqual([heir.id, user.id]);
      await users.restore(heir.id, NOW + 3);
      await users.delete(heir.id, NOW + 4);
      expect((await byEmail())?.id).toBe(user.id);
    },
  );

  it("come back under another name", async () => {
    const { users } = test.store;
    const user = await insert();
    await users.delete(user.id, NOW + 1);
    const namesake = await insert({ username: user.username });
    expect(await users.restore(user.id, NOW + 2, namesake.username)).toBe("username");
    expect(await users.restore(user.id, NOW + 2, `${user.username}-2`)).toBeUndefined();
    expect((await users.findByUsername("main", `${user.username}-2`))?.id).toBe(user.id);
    expect((await users.findByUsername("main", user.username))?.id).toBe(namesake.id);
  });

  it("come back locked when they were, and without a name when they had none", async () => {
    const [one, other] = [await insert({ username: "" }), await insert({ username: "" })];
    for (const user of [one, other]) {
      await test.store.users.lock(user.id, "spam", NOW + 9, NOW);
      await test.store.users.delete(user.id, NOW);
      expect(await test.store.users.restore(user.id, NOW)).toBeUndefined();
      expect(await test.store.users.find(user.id)).toMatchObject({
        state: "locked",
        lockReason: "spam",
        lockUntil: NOW + 9,
      });
    }
  });

  it("come back to one of two who had the same e-mail", async () => {
    const emailKey = `${id()}@example.org`;
    const former: string[] = [];
    for (let count = 0; count < 10; count++) {
      const user = await insert({ emailKey });
      await test.store.users.delete(user.id, NOW);
      former.push(user.id);
    }
    const answers = await parallel(10, (index) =>
      test.store.users.restore(former[index] ?? "", NOW),
    );
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
    expect(answers.filter((answer) => answer === "email")).toHaveLength(9);
  });

  it("go for good with everything that is theirs, but for the audit log", async () => {
    const { store } = test;
    const [gone, kept] = [await insert(), await insert()];
    const [group, hashes] = [aGroup(), { gone: id(), kept: id() }];
    await store.groups.insert(group);
    for (const { userId, hash } of [
      { userId: gone.id, hash: hashes.gone },
      { userId: kept.id, hash: hashes.kept },
    ]) {
      await store.sessions.insert(aSession({ userId, id: hash }));
      await store.devices.record(aDevice({ userId }));
      await store.groups.addMember({ groupId: group.id, userId, role: "member", createdAt: NOW });
      await store.grants.agree(aGrant({ userId, id: hash }));
      await store.codes.insert(aCode({ userId, hash }));
      await store.tokens.insertAccess(anAccessToken({ userId, hash, grantId: undefined }));
      await store.tokens.insertRefresh(aRefreshToken({ userId, hash }));
      await store.passwordChecks.record(userId, "192.0.2.0/24", NOW);
      await store.mailLinks.replace(aMailLink({ userId, hash }));
      await store.audit.append(anEvent({ userId }));
    }
    const remains = async (userId: string, hash: string) => [
      (await store.users.find(userId)) !== undefined,
      (await store.sessions.find(hash)) !== undefined,
      (await store.devices.list(userId)).length === 1,
      (await store.groups.member(group.id, userId)) !== undefined,
      (await store.grants.find(hash)) !== undefined,
      (await store.codes.find(hash)) !== undefined,
      (await store.tokens.findAccess(hash)) !== undefined,
      (await store.tokens.findRefresh(hash)) !== undefined,
      (await store.passwordChecks.last(userId, "192.0.2.0/24")) !== undefined,
      (await store.mailLinks.find(hash)) !== undefined,
      (await store.audit.list({ userId }, { limit: 1 })).length === 1,
    ];
    await store.users.delete(gone.id, NOW - 2_000);
    expect(await store.users.purge(NOW - 2_000, 100)).toBe(0);
    expect(await store.users.purge(NOW - 1_999, 100)).toBe(1);
    expect(await remains(gone.id, hashes.gone)).toEqual([...Array(10).fill(false), true]);
    expect(await remains(kept.id, hashes.kept)).toEqual(Array(11).fill(true));
  });

  it("take where they came from with them, and a group that has no other member", async () => {
    const { groups, groupInvitations, grants, tokens, origins, users } = test.store;
    const [gone, kept] = [await insert(), await insert()];
    const [own, shared] = [aGroup(), aGroup()];
    const member = { role: "owner", createdAt: NOW } as const;
    for (const group of [own, shared]) {
      await groups.insert(group);
      await groups.addMember({ ...member, groupId: group.id, userId: gone.id });
    }
    await groups.addMember({ ...member, groupId: shared.id, userId: kept.id });
    await groupInvitations.put({
      groupId: own.id,
      userId: kept.id,
      role: "member",
      invitedBy: gone.id,
      createdAt: NOW,
      expiresAt: NOW + 1,
      declinedAt: undefined,
    });
    const refsOf = async (userId: string): Promise<(readonly [OriginKind, string])[]> => {
      const [consent, key] = [aGrant({ userId }), anAccessToken({ userId, expiresAt: undefined })];
      await grants.agree(consent);
      await tokens.insertAccess(key);
      return [
        ["user", userId],
        ["member", `${shared.id}/${userId}`],
        ["device", `${userId}/-`],
        ["device", `${userId}/z`],
        ["consent", consent.id],
        ["access_key", key.hash],
      ];
    };
    const theirs = await refsOf(gone.id);
    const others: typeof theirs = [...(await refsOf(kept.id)), ["device", `${gone.id}0/a`]];
    const [empty, full]: typeof theirs = [
      ["group", own.id.toString()],
      ["group", shared.id.toString()],
    ];
    const all = [...theirs, empty!, ...others, full!];
    const source = "import:batch";
    await origins.insert(all.map(([kind, ref]) => ({ kind, ref, source, at: NOW, mark: "" })));
    const remain = async (refs: typeof theirs): Promise<boolean[]> =>
      Promise.all(refs.map(async ([kind, ref]) => (await origins.find(kind, ref)) !== undefined));
    expect(await remain(all)).toEqual(Array(15).fill(true));

    await users.delete(gone.id, NOW - 2_000);
    expect(await users.purge(NOW, 100)).toBe(1);
    expect(await remain([...theirs, empty!])).toEqual(Array(7).fill(false));
    expect(await remain([...others, full!])).toEqual(Array(8).fill(true));
    expect(await groups.find(own.id)).toBeUndefined();
    expect(await groupInvitations.find(own.id, kept.id)).toBeUndefined();
    expect(await groups.find(shared.id)).toEqual(shared);
    expect((await groups.members(shared.id, { limit: 9 })).map(({ userId }) => userId)).toEqual([
      kept.id,
    ]);
  });

  it("go a part at a time, the oldest first", async () => {
    const users = [await insert(), await insert(), await insert()];
    for (const [index, user] of users.entries())
      await test.store.users.delete(user.id, NOW - 9_000 - index);
    expect(await test.store.users.purge(NOW - 8_000, 2)).toBe(2);
    expect(await test.store.users.find(users[0]?.id ?? "")).toBeDefined();
    expect(await test.store.users.purge(NOW - 8_000, 2)).toBe(1);
  });
});

describe.each(stores)("the list of users on $engine", ({ use }) => {
  const test = use();

  it("is ordered by id, in parts, and filtered", async () => {
    const users = Array.from({ length: 9 }, (_, index) =>
      aUser({
        id: `id-${9 - index}`,
        state: index % 3 === 1 ? "locked" : "active",
        lockUntil: index === 4 ? NOW + 1 : undefined,
        realm: index === 8 ? "other" : "main",
      }),
    );
    users[3] = { ...users[3]!, state: "locked", lockUntil: NOW };
    for (const user of users) await test.store.users.insert(user);
    await test.store.users.delete("id-9", NOW);
    await test.store.users.delete("id-8", NOW);
    const list = async (
      filter: { state?: "active" | "locked" | "deleted"; emailKey?: string; username?: string },
      after?: string,
    ) =>
      (await test.store.users.list({ realm: "main", ...filter }, { after, limit: 3 }, NOW)).map(
        (user) => user.id,
      );
    expect(await list({})).toEqual(["id-2", "id-3", "id-4"]);
    expect(await list({}, "id-4")).toEqual(["id-5", "id-6", "id-7"]);
    expect(await list({}, "id-7")).toEqual([]);
    expect(await list({ state: "locked" })).toEqual(["id-2", "id-5"]);
    expect(await list({ state: "active" }, "id-3")).toEqual(["id-4", "id-6", "id-7"]);
    expect(await list({ state: "deleted" })).toEqual(["id-8", "id-9"]);
    expect(await list({ emailKey: users[3]?.emailKey ?? "" })).toEqual(["id-6"]);
    expect(await list({ username: users[3]?.username ?? "", state: "locked" })).toEqual([]);
    expect(await list({ username: users[0]?.username ?? "" })).toEqual([]);
    expect(await list({ username: users[0]?.username ?? "", state: "deleted" })).toEqual(["id-9"]);
    expect(await list({ emailKey: users[0]?.emailKey ?? "", state: "deleted" })).toEqual(["id-9"]);
  });
});

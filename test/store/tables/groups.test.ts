import { describe, expect, it } from "vitest";
import type { GroupRole } from "../../../src/domain/model.ts";
import { stores } from "../../mariadb.ts";
import { aGroup, id, NOW, parallel } from "../samples.ts";

const LARGEST = 2n ** 53n - 1n;

describe.each(stores)("groups on $engine", ({ use }) => {
  const test = use();
  const add = (groupId: bigint, userId: string, role: GroupRole) =>
    test.store.groups.addMember({ groupId, userId, role, createdAt: NOW });

  it("give back what was put in, to the last bit", async () => {
    for (const group of [
      aGroup({ id: LARGEST, vkGroupId: 2n ** 63n - 1n, name: "Сообщество 😀" }),
      aGroup({ id: 1n }),
    ]) {
      expect(await test.store.groups.insert(group)).toBe(true);
      expect(await test.store.groups.find(group.id)).toEqual(group);
      expect(await test.store.groups.insert(group)).toBe(false);
    }
  });

  it("are not found by numbers that none can have", async () => {
    for (const number of [0n, -1n, LARGEST + 1n, 2n ** 63n, -(2n ** 70n)]) {
      expect(await test.store.groups.find(number)).toBeUndefined();
      expect(await test.store.groups.member(number, id())).toBeUndefined();
      expect(await test.store.groups.members(number, { limit: 9 })).toEqual([]);
      expect(await test.store.groups.removeMember(number, id(), NOW)).toBe("missing");
      expect(await test.store.groups.countMembers(number, "owner", NOW)).toBe(0);
      expect(await test.store.groups.delete(number)).toBe(false);
    }
    await expect(test.store.groups.insert(aGroup({ id: LARGEST + 1n }))).rejects.toThrow(
      RangeError,
    );
  });

  it("take a member once", async () => {
    const [group, userId] = [aGroup(), id()];
    await test.store.groups.insert(group);
    const answers = await parallel(20, () => add(group.id, userId, "administrator"));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await test.store.groups.member(group.id, userId)).toEqual({
      groupId: group.id,
      userId,
      role: "administrator",
      createdAt: NOW,
    });
    expect(await test.store.groups.member(group.id, `${userId} `)).toBeUndefined();
  });

  it("list their members, and are listed for a member, in parts", async () => {
    const userId = id();
    const groups = [aGroup({ id: 30n }), aGroup({ id: 10n }), aGroup({ id: 20n })];
    for (const group of groups) {
      await test.store.groups.insert(group);
      await add(group.id, userId, "member");
    }
    const numbers = async (after?: bigint) =>
      (await test.store.groups.listOf(userId, { after, limit: 2 })).map((group) => group.id);
    expect(await numbers()).toEqual([10n, 20n]);
    expect(await numbers(20n)).toEqual([30n]);
    expect(await numbers(2n ** 70n)).toEqual([]);
    expect(await test.store.groups.listOf(id(), { limit: 2 })).toEqual([]);
    const owned = aGroup();
    await test.store.groups.insert(owned);
    await add(owned.id, userId, "owner");
    const administered = await test.store.groups.listOf(userId, { limit: 9 }, [
      "administrator",
      "owner",
    ]);
    expect(administered.map((group) => group.id)).toEqual([owned.id]);
    for (const name of ["c", "a", "b"]) await add(10n, `!${name}`, "owner");
    const names = async (after?: string) =>
      (await test.store.groups.members(10n, { after, limit: 2 })).map((member) => member.userId);
    expect(await names()).toEqual(["!a", "!b"]);
    expect(await names("!b")).toEqual(["!c", userId]);
    expect(await test.store.groups.countMembers(10n, "owner", NOW)).toBe(3);
  });

  it("lose members, but never the last owner", async () => {
    const [group, owner, member] = [aGroup(), id(), id()];
    await test.store.groups.insert(group);
    await add(group.id, owner, "owner");
    await add(group.id, member, "member");
    expect(await test.store.groups.removeMember(group.id, id(), NOW)).toBe("missing");
    expect(await test.store.groups.removeMember(group.id, owner, NOW)).toBe("last-owner");
    expect(await test.store.groups.removeMember(group.id, member, NOW)).toBe("removed");
    expect(await test.store.groups.removeMember(group.id, member, NOW)).toBe("missing");
    await add(group.id, member, "owner");
    expect(await test.store.groups.removeMember(group.id, owner, NOW)).toBe("removed");
  });

  it("keep one owner when all leave at once", async () => {
    for (let round = 0; round < 5; round++) {
      const [group, owners] = [aGroup(), Array.from({ length: 6 }, id)];
      await test.store.groups.insert(group);
      for (const owner of owners) await add(group.id, owner, "owner");
      const answers = await parallel(6, (index) =>
        test.store.groups.removeMember(group.id, owners[index] ?? "", NOW),
      );
      expect(answers.filter((answer) => answer === "last-owner")).toHaveLength(1);
      expect(await test.store.groups.countMembers(group.id, "owner", NOW)).toBe(1);
    }
  });

  it("keep one owner when all leave at once, in open transactions", async () => {
    const [group, owners] = [aGroup(), Array.from({ length: 4 }, id)];
    await test.store.groups.insert(group);
    for (const owner of owners) await add(group.id, owner, "owner");
    await parallel(4, (index) =>
      test.store.transaction(async (tx) => {
        expect(await tx.groups.countMembers(group.id, "owner", NOW)).toBeGreaterThan(0);
        await tx.groups.removeMember(group.id, owners[index] ?? "", NOW);
      }),
    );
    expect(await test.store.groups.countMembers(group.id, "owner", NOW)).toBe(1);
  });

  it("give members other roles, but never take its own from the last owner", async () => {
    const [group, owner, member] = [aGroup(), id(), id()];
    await test.store.groups.insert(group);
    await add(group.id, owner, "owner");
    await add(group.id, member, "member");
    expect(await test.store.groups.changeRole(group.id, id(), "member", NOW)).toBe("missing");
    expect(await test.store.groups.changeRole(999n, owner, "member", NOW)).toBe("missing");
    expect(await test.store.groups.changeRole(group.id, owner, "administrator", NOW)).toBe(
      "last-owner",
    );
    expect(await test.store.groups.changeRole(group.id, owner, "owner", NOW)).toBe("changed");
    expect(await test.store.groups.changeRole(group.id, member, "owner", NOW)).toBe("changed");
    const answers = await parallel(2, (index) =>
      test.store.groups.changeRole(group.id, [owner, member][index] ?? "", "member", NOW),
    );
    expect(answers.toSorted()).toEqual(["changed", "last-owner"]);
    expect(await test.store.groups.countMembers(group.id, "owner", NOW)).toBe(1);
  });

  it("go with their members", async () => {
    const [group, userId] = [aGroup(), id()];
    await test.store.groups.insert(group);
    await add(group.id, userId, "owner");
    expect(await test.store.groups.delete(group.id)).toBe(true);
    expect(await test.store.groups.delete(group.id)).toBe(false);
    expect(await test.store.groups.member(group.id, userId)).toBeUndefined();
    expect(await test.store.groups.listOf(userId, { limit: 1 })).toEqual([]);
  });
});

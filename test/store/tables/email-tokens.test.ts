import { describe, expect, it } from "vitest";
import { stores } from "../../mariadb.ts";
import { aMailLink, aUser, id, NOW, parallel } from "../samples.ts";

describe.each(stores)("links in letters on $engine", ({ use }) => {
  const test = use();
  const insert = async () => {
    const user = aUser({ emailVerifiedAt: NOW });
    await test.store.users.insert(user);
    return user;
  };

  it("are found with their user", async () => {
    const user = await insert();
    const link = aMailLink({ userId: user.id, email: "Имя@пример.рф", epoch: 7 });
    await test.store.mailLinks.replace(link);
    expect(await test.store.mailLinks.find(link.hash)).toEqual({ link, user });
    expect(await test.store.mailLinks.find(id())).toBeUndefined();
  });

  it("are redeemed once, however many try", async () => {
    const { id: userId } = await insert();
    const link = aMailLink({ userId });
    await test.store.mailLinks.replace(link);
    expect(
      (await parallel(20, () => test.store.mailLinks.redeem(link.hash))).filter(Boolean),
    ).toHaveLength(1);
    expect(await test.store.mailLinks.find(link.hash)).toBeUndefined();
  });

  it("replace only the older ones of the same user and purpose", async () => {
    const [one, other] = [await insert(), await insert()];
    const older = aMailLink({ userId: one.id });
    const kept = [
      aMailLink({ userId: one.id, purpose: "verify-email" }),
      aMailLink({ userId: other.id }),
    ];
    for (const link of [older, ...kept]) await test.store.mailLinks.replace(link);
    const newer = await parallel(10, async () => {
      const link = aMailLink({ userId: one.id });
      await test.store.mailLinks.replace(link);
      return link;
    });
    expect(await test.store.mailLinks.redeem(older.hash)).toBe(false);
    expect(
      (await parallel(10, (index) => test.store.mailLinks.redeem(newer[index]!.hash))).filter(
        Boolean,
      ),
    ).toHaveLength(1);
    expect(await parallel(2, (index) => test.store.mailLinks.redeem(kept[index]!.hash))).toEqual([
      true,
      true,
    ]);
  });
});

describe.each(stores)("verified addresses on $engine", ({ use }) => {
  const test = use();

  it("are so until they change, and only of the user who was meant", async () => {
    const user = aUser();
    const { users } = test.store;
    await users.insert(user);
    expect(await users.verifyEmail(user.id, "other@example.org", 1, NOW + 1)).toBe(false);
    expect(await users.verifyEmail(user.id, user.emailKey, 2, NOW + 1)).toBe(false);
    expect(await users.verifyEmail(user.id, user.emailKey, 1, NOW + 1)).toBe(true);
    expect(await users.find(user.id)).toEqual({
      ...user,
      emailVerifiedAt: NOW + 1,
      updatedAt: NOW + 1,
    });
    await users.update(user.id, { username: "" }, NOW + 2);
    expect((await users.find(user.id))?.emailVerifiedAt).toBe(NOW + 1);
    const email = { address: "New@Example.org", key: `new-${user.emailKey}` };
    expect(await users.update(user.id, { email }, NOW + 3, 2)).toBe("missing");
    expect(await users.update(user.id, { email }, NOW + 3, 1)).toBeUndefined();
    expect((await users.find(user.id))?.emailVerifiedAt).toBeUndefined();
    await users.delete(user.id, NOW + 4);
    expect(await users.verifyEmail(user.id, email.key, 3, NOW + 5)).toBe(false);
  });
});

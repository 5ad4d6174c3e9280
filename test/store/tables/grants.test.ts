import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { stores } from "../../mariadb.ts";
import { aCode, aGrant, anAccessToken, aRefreshToken, id, NOW, parallel } from "../samples.ts";

describe.each(stores)("grants on $engine", ({ use }) => {
  const test = use();

  it("are kept once for each user, client and group", async () => {
    const grant = aGrant({ groupId: 2n ** 53n - 1n });
    const { userId, clientId, groupId } = grant;
    expect(await test.store.grants.agree(grant)).toEqual(grant);
    expect(await test.store.grants.find(grant.id)).toEqual(grant);
    expect(await test.store.grants.findFor(userId, clientId, groupId)).toEqual(grant);
    expect(await test.store.grants.findFor(userId, clientId, 0n)).toBeUndefined();
    expect(await test.store.grants.findFor(userId, clientId, 2n ** 64n)).toBeUndefined();
    const none = aGrant({ userId, clientId, groupId: 0n });
    expect(await test.store.grants.agree(none)).toEqual(none);
    expect((await test.store.grants.findFor(userId, clientId, 0n))?.id).toBe(none.id);
    const again = await test.store.grants.agree(
      aGrant({ userId, clientId, groupId, createdAt: NOW + 1 }),
    );
    expect(again).toEqual(grant);
  });

  it("gain the scopes of a later agreement", async () => {
    const grant = aGrant({ scopes: ["b", "a"] });
    await test.store.grants.agree(grant);
    const merged = { ...grant, scopes: ["b", "a", "c"] };
    expect(await test.store.grants.agree({ ...grant, id: id(), scopes: ["a", "c"] })).toEqual(
      merged,
    );
    expect(await test.store.grants.find(grant.id)).toEqual(merged);
  });

  it.each([false, true])(
    "lose no scope of 30 agreements at once (in transactions: %s)",
    async (inTransactions) => {
      const grant = aGrant();
      const agreement = (index: number) => ({ ...grant, id: id(), scopes: [`scope-${index}`] });
      const answers = await parallel(30, (index) =>
        inTransactions
          ? test.store.transaction((tx) => tx.grants.agree(agreement(index)))
          : test.store.grants.agree(agreement(index)),
      );
      expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
      const kept = await test.store.grants.findFor(grant.userId, grant.clientId, 0n);
      expect(kept?.scopes.toSorted()).toEqual(
        Array.from({ length: 30 }, (_, index) => `scope-${index}`).toSorted(),
      );
    },
  );

  it("are listed by id, in parts", async () => {
    const userId = id();
    for (const name of ["c", "a", "b"])
      await test.store.grants.agree(aGrant({ id: `${userId}-${name}`, userId }));
    const list = async (after?: string) =>
      (await test.store.grants.list(userId, { after, limit: 2 })).map((grant) =>
        grant.id.slice(-1),
      );
    expect(await list()).toEqual(["a", "b"]);
    expect(await list(`${userId}-b`)).toEqual(["c"]);
  });

  it("go with their codes and tokens, and nothing else of the user", async () => {
    const { store } = test;
    const gone = aGrant();
    const kept = aGrant({ userId: gone.userId });
    for (const { id: grantId, userId, clientId } of [gone, kept]) {
      const of = { grantId, userId, clientId, hash: grantId };
      await store.grants.agree(aGrant({ ...of, id: grantId }));
      await store.codes.insert(aCode(of));
      await store.tokens.insertAccess(anAccessToken(of));
      await store.tokens.insertRefresh(aRefreshToken(of));
    }
    const remains = async (grantId: string) => [
      (await store.grants.find(grantId)) !== undefined,
      (await store.codes.find(grantId)) !== undefined,
      (await store.tokens.findAccess(grantId)) !== undefined,
      (await store.tokens.findRefresh(grantId)) !== undefined,
    ];
    expect(await store.grants.delete(gone.id)).toBe(true);
    expect(await store.grants.delete(gone.id)).toBe(false);
    expect(await remains(gone.id)).toEqual(Array(4).fill(false));
    expect(await remains(kept.id)).toEqual(Array(4).fill(true));
  });

  it("go with the code of another agreement that is being recorded", async () => {
    const { store } = test;
    const grant = aGrant();
    await store.grants.agree(grant);
    const { userId, clientId, id: grantId } = grant;
    const taken = await store.transaction(async (tx) => {
      await tx.grants.agree({ ...grant, id: id() });
      // In the middle of the other; it is not over before this one is.
      const deletion = store.grants.delete(grantId);
      await delay(20);
      await tx.codes.insert(aCode({ grantId, userId, clientId, hash: grantId }));
      return { deletion };
    });
    expect(await taken.deletion).toBe(true);
    expect(await store.codes.find(grantId)).toBeUndefined();
  });

  it("note when they were last agreed to", async () => {
    const grant = aGrant();
    await test.store.grants.agree(grant);
    const later = { ...grant, lastUsedAt: grant.lastUsedAt + 1 };
    expect(await test.store.grants.agree({ ...later, id: id() })).toEqual(later);
    expect(await test.store.grants.find(grant.id)).toEqual(later);
  });

  it("keep the longest time that was agreed to; without one, none is longer", async () => {
    const grant = aGrant({ lifetimeMs: 3 });
    const agreed = async (lifetimeMs: number | undefined) =>
      (await test.store.grants.agree({ ...grant, id: id(), lifetimeMs })).lifetimeMs;
    await test.store.grants.agree(grant);
    expect([
      await agreed(2),
      await agreed(7),
      await agreed(5),
      await agreed(undefined),
      await agreed(9),
    ]).toEqual([3, 7, 7, undefined, undefined]);
    expect((await test.store.grants.find(grant.id))?.lifetimeMs).toBeUndefined();
    const raced = aGrant({ lifetimeMs: 0 });
    await test.store.grants.agree(raced);
    await parallel(20, (index) =>
      test.store.grants.agree({ ...raced, id: id(), lifetimeMs: (index * 7) % 20 }),
    );
    expect((await test.store.grants.find(raced.id))?.lifetimeMs).toBe(19);
  });
});

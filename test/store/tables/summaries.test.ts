import { describe, expect, it } from "vitest";
import { stores } from "../../mariadb.ts";
import { aCode, aGrant, anAccessToken, aRefreshToken, aUser, id, NOW } from "../samples.ts";

describe.each(stores)("what a client has, on $engine", ({ use }) => {
  const test = use();

  it("is nothing at first", async () => {
    expect(await test.store.grants.summarize(id(), 10)).toEqual({
      users: 0,
      lastUsedAt: undefined,
    });
    expect(await test.store.tokens.summarize(id(), NOW, 10)).toEqual({
      access: 0,
      refresh: 0,
      lastUsedAt: undefined,
    });
  });

  it("counts users who have agreed once, for however many groups", async () => {
    const [clientId, userId] = [id(), id()];
    const given = [
      aGrant({ clientId, userId }),
      aGrant({ clientId, userId, groupId: 7n, lastUsedAt: NOW + 5 }),
      aGrant({ clientId, lastUsedAt: NOW + 3 }),
      aGrant(),
    ];
    for (const grant of given) await test.store.grants.agree(grant);
    expect(await test.store.grants.summarize(clientId, 10)).toEqual({
      users: 2,
      lastUsedAt: NOW + 5,
    });
    expect((await test.store.grants.summarize(clientId, 1)).users).toBe(1);
  });

  it("counts tokens that work, and no others", async () => {
    const { store } = test;
    const clientId = id();
    const [user, gone] = [aUser({ epoch: 3 }), aUser({ epoch: 3 })];
    for (const each of [user, gone]) await store.users.insert(each);
    await store.users.endAccess(gone.id, NOW);
    const live = { clientId, userId: user.id, epoch: 3 };
    await store.tokens.insertAccess(
      anAccessToken({ clientId, userId: undefined, lastUsedAt: NOW + 1, expiresAt: undefined }),
    );
    await store.tokens.insertAccess(anAccessToken({ ...live, lastUsedAt: NOW + 2 }));
    await store.tokens.insertRefresh(aRefreshToken(live));
    const dead = [
      { ...live, epoch: 2 },
      { ...live, userId: gone.id },
      { ...live, userId: id() },
      { ...live, clientId: id() },
    ];
    for (const given of dead) {
      await store.tokens.insertAccess(anAccessToken({ ...given, lastUsedAt: NOW + 9 }));
      await store.tokens.insertRefresh(aRefreshToken(given));
    }
    await store.tokens.insertAccess(anAccessToken({ ...live, expiresAt: NOW }));
    for (const given of [{ idleExpiresAt: NOW }, { usedAt: NOW }])
      await store.tokens.insertRefresh(aRefreshToken({ ...live, ...given }));
    expect(await store.tokens.summarize(clientId, NOW, 10)).toEqual({
      access: 2,
      refresh: 1,
      lastUsedAt: NOW + 2,
    });
    expect((await store.tokens.summarize(clientId, NOW, 1)).access).toBe(1);
  });

  it("ends at once, and no other user's does", async () => {
    const { store } = test;
    const make = async (clientId: string) => {
      const [code, access, refresh] = [
        aCode({ clientId }),
        anAccessToken({ clientId, userId: undefined }),
        aRefreshToken({ clientId }),
      ];
      await store.codes.insert(code);
      await store.tokens.insertAccess(access);
      await store.tokens.insertRefresh(refresh);
      return async () =>
        [
          await store.codes.find(code.hash),
          await store.tokens.findAccess(access.hash),
          await store.tokens.findRefresh(refresh.hash),
        ].map((found) => found !== undefined);
    };
    const clientId = id();
    const [theirs, others] = [await make(clientId), await make(id())];
    await store.tokens.deleteOf(clientId);
    expect(await theirs()).toEqual([false, false, false]);
    expect(await others()).toEqual([true, true, true]);
  });
});

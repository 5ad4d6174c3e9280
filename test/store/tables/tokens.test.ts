import { describe, expect, it } from "vitest";
import { stores } from "../../mariadb.ts";
import {
  aClient,
  aCode,
  aGrant,
  anAccessToken,
  aRefreshToken,
  aUser,
  id,
  NOW,
  parallel,
} from "../samples.ts";

describe.each(stores)("codes on $engine", ({ use }) => {
  const test = use();

  it("give back what was put in", async () => {
    const code = aCode({
      redirectUri: `https://app.example.org/?${"ж".repeat(2_000)}`,
      groupId: 7n,
      codeChallenge: "x",
      scopes: [],
    });
    await test.store.codes.insert(code);
    expect(await test.store.codes.find(code.hash)).toEqual(code);
    expect(await test.store.codes.find(`${code.hash} `)).toBeUndefined();
  });

  it("are redeemed by exactly one of 50", async () => {
    const codes = Array.from({ length: 10 }, () => aCode());
    for (const code of codes) await test.store.codes.insert(code);
    for (const { hash } of codes) {
      const answers = await parallel(50, () => test.store.codes.redeem(hash, NOW + 1));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect((await test.store.codes.find(hash))?.usedAt).toBe(NOW + 1);
    }
    expect(await test.store.codes.redeem(id(), NOW)).toBe(false);
  });
});

describe.each(stores)("tokens on $engine", ({ use }) => {
  const test = use();

  it("give access with their user, or without", async () => {
    const user = aUser({ developer: true });
    await test.store.users.insert(user);
    const token = anAccessToken({ userId: user.id, groupId: 5n });
    const own = anAccessToken({
      userId: undefined,
      grantId: undefined,
      familyId: undefined,
      expiresAt: undefined,
    });
    const orphan = anAccessToken();
    for (const each of [token, own, orphan]) await test.store.tokens.insertAccess(each);
    expect(await test.store.tokens.findAccess(token.hash)).toEqual({ token, user });
    expect(await test.store.tokens.findAccess(own.hash)).toEqual({ token: own, user: undefined });
    expect(await test.store.tokens.findAccess(orphan.hash)).toEqual({
      token: orphan,
      user: undefined,
    });
    expect(await test.store.tokens.findAccess(`${token.hash} `)).toBeUndefined();
  });

  it("are found with their client as it is now", async () => {
    const client = aClient({ scopes: ["a", "b"], apis: ["identity", "senler"] });
    await test.store.clients.insert(client, undefined);
    const token = anAccessToken({ clientId: client.id, scopes: ["a"] });
    await test.store.tokens.insertAccess(token);
    const found = () => test.store.tokens.findAccess(token.hash);
    const { scopes, apis } = client;
    expect(await found()).toEqual({ token, user: undefined, client: { scopes, apis } });
    await test.store.clients.update(client.id, { scopes: ["b"] }, NOW);
    expect((await found())?.client).toEqual({ scopes: ["b"], apis });
    await test.store.transaction(async (tx) => {
      expect((await tx.tokens.findAccess(token.hash))?.client).toEqual({ scopes: ["b"], apis });
    });
  });

  it("note their use, and their grant's", async () => {
    const grant = aGrant();
    const token = anAccessToken({ grantId: grant.id });
    const own = anAccessToken({ grantId: undefined });
    await test.store.grants.agree(grant);
    for (const each of [token, own]) {
      await test.store.tokens.insertAccess(each);
      await test.store.tokens.touchAccess(each, NOW + 3);
      expect((await test.store.tokens.findAccess(each.hash))?.token.lastUsedAt).toBe(NOW + 3);
    }
    expect(await test.store.grants.find(grant.id)).toEqual({ ...grant, lastUsedAt: NOW + 3 });
  });

  it("are deleted once", async () => {
    const token = anAccessToken();
    await test.store.tokens.insertAccess(token);
    expect(
      (await parallel(10, () => test.store.tokens.deleteAccess(token.hash))).filter(Boolean),
    ).toHaveLength(1);
    expect(await test.store.tokens.findAccess(token.hash)).toBeUndefined();
  });

  it("are rotated by exactly one of 20", async () => {
    const token = aRefreshToken({ groupId: 5n, scopes: ["a", "b"] });
    await test.store.tokens.insertRefresh(token);
    expect(await test.store.tokens.findRefresh(token.hash)).toEqual(token);
    const answers = await parallel(20, () => test.store.tokens.rotateRefresh(token.hash, NOW + 1));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await test.store.tokens.findRefresh(token.hash)).toEqual({ ...token, usedAt: NOW + 1 });
    expect(await test.store.tokens.rotateRefresh(id(), NOW)).toBe(false);
  });

  it("end with their family, and only theirs", async () => {
    const familyId = id();
    const [code, access, refresh] = [
      aCode({ familyId }),
      anAccessToken({ familyId }),
      aRefreshToken({ familyId, usedAt: NOW }),
    ];
    const [otherAccess, otherRefresh] = [anAccessToken(), aRefreshToken()];
    await test.store.codes.insert(code);
    for (const token of [access, otherAccess]) await test.store.tokens.insertAccess(token);
    for (const token of [refresh, otherRefresh]) await test.store.tokens.insertRefresh(token);
    await test.store.tokens.deleteFamily(familyId);
    expect(await test.store.tokens.findAccess(access.hash)).toBeUndefined();
    expect(await test.store.tokens.findRefresh(refresh.hash)).toBeUndefined();
    expect(await test.store.codes.find(code.hash)).toEqual(code);
    expect(await test.store.tokens.findAccess(otherAccess.hash)).toBeDefined();
    expect(await test.store.tokens.findRefresh(otherRefresh.hash)).toBeDefined();
  });

  it("leave no successor behind when a family ends while it is refreshed", async () => {
    for (let round = 0; round < 20; round++) {
      const first = aRefreshToken();
      await test.store.tokens.insertRefresh(first);
      const made: string[] = [];
      const refresh = async () => {
        for (let old = first; ;) {
          const next = aRefreshToken({ familyId: first.familyId });
          const access = anAccessToken({ familyId: first.familyId });
          const rotated = await test.store.transaction(async (tx) => {
            if (!(await tx.tokens.rotateRefresh(old.hash, NOW))) return false;
            await tx.tokens.insertAccess(access);
            await tx.tokens.insertRefresh(next);
            return true;
          });
          if (!rotated) return;
          made.push(next.hash, access.hash);
          old = next;
        }
      };
      const end = async () => {
        while (made.length < 6) await test.store.tokens.findRefresh(first.hash);
        await test.store.tokens.deleteFamily(first.familyId);
      };
      await Promise.all([refresh(), end()]);
      for (const hash of made) {
        expect(await test.store.tokens.findRefresh(hash)).toBeUndefined();
        expect(await test.store.tokens.findAccess(hash)).toBeUndefined();
      }
    }
  });
});

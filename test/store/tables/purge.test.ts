import { describe, expect, it } from "vitest";
import { stores } from "../../mariadb.ts";
import {
  aClient,
  aCode,
  aMailLink,
  anAccessToken,
  aRefreshToken,
  aSecret,
  aSession,
  aSignUp,
  aUser,
  id,
  NOW,
} from "../samples.ts";

const DAY = 86_400_000;

describe.each(stores)("purgeExpired on $engine", ({ use }) => {
  const test = use();

  it("removes what can never be used again and nothing else", async () => {
    const { store } = test;
    const [client, old] = [aClient(), { createdAt: NOW - DAY, lastUsedAt: NOW - DAY }];
    const sessions = [
      aSession({ ...old, expiresAt: NOW }),
      aSession({ ...old, expiresAt: NOW + 1 }),
    ];
    const codes = [aCode({ ...old, expiresAt: NOW }), aCode({ ...old, expiresAt: NOW + 1 })];
    const [user, purposes] = [aUser(), ["reset-password", "verify-email"] as const];
    const links = purposes.map((purpose, index) =>
      aMailLink({ userId: user.id, purpose, expiresAt: NOW + index }),
    );
    const access = [NOW, NOW + 1, undefined].map((expiresAt) =>
      anAccessToken({ ...old, expiresAt }),
    );
    const idle = aRefreshToken({ ...old, idleExpiresAt: NOW });
    const used = aRefreshToken({ ...old, idleExpiresAt: NOW });
    const ended = aRefreshToken({
      ...old,
      idleExpiresAt: NOW + 1,
      expiresAt: NOW,
      usedAt: NOW - 1,
    });
    for (const session of sessions) await store.sessions.insert(session);
    for (const code of codes) await store.codes.insert(code);
    await store.users.insert(user);
    for (const link of links) await store.mailLinks.replace(link);
    const signUps = [aSignUp({ expiresAt: NOW }), aSignUp({ expiresAt: NOW + 1 })];
    for (const signUp of signUps) await store.signUps.insert(signUp);
    for (const token of access) await store.tokens.insertAccess(token);
    for (const token of [idle, used, ended]) await store.tokens.insertRefresh(token);
    await store.tokens.rotateRefresh(used.hash, NOW - 1);
    await store.clients.insert(client, aSecret({ clientId: client.id, expiresAt: NOW }));
    await store.clients.rotateSecret(
      client.id,
      (version) => aSecret({ clientId: client.id, version }),
      NOW + 9,
    );
    const [over, running] = [id(), id()];
    await store.attempts.take(over, 1, 1_000, NOW - 1_000);
    await store.attempts.take(running, 1, 1_000, NOW - 999);
    await store.passwordChecks.record("user", "old", NOW - 90 * DAY);
    await store.passwordChecks.record("user", "new", NOW - 90 * DAY + 1);

    expect(await store.purgeExpired(NOW, 100)).toBe(10);
    expect(
      await Promise.all(
        signUps.map(async ({ hash }) => (await store.signUps.find(hash)) !== undefined),
      ),
    ).toEqual([false, true]);
    expect(
      await Promise.all(
        sessions.map(async ({ id }) => (await store.sessions.find(id)) !== undefined),
      ),
    ).toEqual([false, true]);
    expect(
      await Promise.all(
        codes.map(async ({ hash }) => (await store.codes.find(hash)) !== undefined),
      ),
    ).toEqual([false, true]);
    expect(
      await Promise.all(
        links.map(async ({ hash }) => (await store.mailLinks.find(hash)) !== undefined),
      ),
    ).toEqual([false, true]);
    const found = await Promise.all(
      access.map(async ({ hash }) => (await store.tokens.findAccess(hash)) !== undefined),
    );
    expect(found).toEqual([false, true, true]);
    expect(await store.tokens.findRefresh(idle.hash)).toBeUndefined();
    expect(await store.tokens.findRefresh(used.hash)).toBeDefined();
    expect(await store.tokens.findRefresh(ended.hash)).toBeUndefined();
    expect((await store.clients.secrets(client.id, 0)).map((secret) => secret.version)).toEqual([
      2,
    ]);
    expect(await store.attempts.take(running, 1, 1_000, NOW)).toBe(1);
    expect(await store.passwordChecks.last("user", "old")).toBeUndefined();
    expect(await store.passwordChecks.last("user", "new")).toBeDefined();
    expect(await store.purgeExpired(NOW, 100)).toBe(0);
  });

  it("takes up to the limit of each kind, the longest expired first", async () => {
    const sessions = [5, 1, 4, 2, 3].map((age) => aSession({ expiresAt: NOW - age }));
    for (const session of sessions) await test.store.sessions.insert(session);
    for (let count = 0; count < 3; count++)
      await test.store.codes.insert(aCode({ expiresAt: NOW - 1 }));
    expect(await test.store.purgeExpired(NOW, 2)).toBe(4);
    expect(
      await Promise.all(
        sessions.map(async ({ id }) => (await test.store.sessions.find(id)) !== undefined),
      ),
    ).toEqual([false, true, false, true, true]);
    expect(await test.store.purgeExpired(NOW, 2)).toBe(3);
    expect(await test.store.purgeExpired(NOW, 2)).toBe(1);
  });
});

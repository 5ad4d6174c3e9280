import { describe, expect, it } from "vitest";
import { stores } from "../../mariadb.ts";
import { aSession, aUser, id, NOW } from "../samples.ts";

describe.each(stores)("sessions on $engine", ({ use }) => {
  const test = use();

  it("are found with their user, by the exact hash", async () => {
    const user = aUser({ state: "locked", lockReason: "spam", lockUntil: NOW });
    const session = aSession({ userId: user.id, userAgent: "Mozilla/5.0 😀", epoch: 3 });
    await test.store.users.insert(user);
    await test.store.sessions.insert(session);
    expect(await test.store.sessions.find(session.id)).toEqual(session);
    expect(await test.store.sessions.findByToken(session.tokenHash)).toEqual({ session, user });
    const other =
      session.tokenHash.toUpperCase() === session.tokenHash
        ? session.tokenHash.toLowerCase()
        : session.tokenHash.toUpperCase();
    for (const hash of [other, `${session.tokenHash} `, id(), "", "💥"]) {
      expect(await test.store.sessions.findByToken(hash)).toBeUndefined();
    }
    expect(await test.store.sessions.find(id())).toBeUndefined();
  });

  it("are not found without their user", async () => {
    const session = aSession();
    await test.store.sessions.insert(session);
    expect(await test.store.sessions.findByToken(session.tokenHash)).toBeUndefined();
  });

  it("refuse two with one token", async () => {
    const session = aSession();
    await test.store.sessions.insert(session);
    await expect(
      test.store.sessions.insert(aSession({ tokenHash: session.tokenHash })),
    ).rejects.toThrow();
  });

  it("are listed newest first, in parts, without ended ones", async () => {
    const userId = id();
    for (const number of [1, 2, 3, 4, 5, 6]) {
      await test.store.sessions.insert(
        aSession({
          userId,
          id: `${userId}-${number}`,
          expiresAt: number === 3 ? NOW : NOW + 1,
          epoch: number === 4 ? 1 : 2,
        }),
      );
    }
    const list = async (after?: string) =>
      (
        await test.store.sessions.list(userId, 2, NOW, {
          after: after && `${userId}-${after}`,
          limit: 2,
        })
      ).map((session) => session.id.slice(-1));
    expect(await list()).toEqual(["6", "5"]);
    expect(await list("5")).toEqual(["2", "1"]);
    expect(await list("1")).toEqual([]);
  });

  it("end all at once, or all but one, of one user", async () => {
    const [mine, others] = [
      [aSession(), aSession(), aSession()].map((session) => ({ ...session, userId: "mine" })),
      aSession(),
    ];
    for (const session of [...mine, others]) await test.store.sessions.insert(session);
    const left = async () =>
      (await Promise.all([...mine, others].map(({ id }) => test.store.sessions.find(id)))).map(
        (session) => session !== undefined,
      );
    expect(await test.store.sessions.deleteAll("mine", NOW, mine[1]!.id)).toBe(2);
    expect(await left()).toEqual([false, true, false, true]);
    expect(await test.store.sessions.deleteAll("mine", NOW)).toBe(1);
    expect(await test.store.sessions.deleteAll("mine", NOW)).toBe(0);
    expect(await left()).toEqual([false, false, false, true]);
  });

  it("leave the row of a foreign token, so that it isn't opened anew", async () => {
    const user = aUser({ epoch: 3 });
    const session = aSession({ userId: user.id, epoch: 3, hasForeignToken: true });
    await test.store.users.insert(user);
    await test.store.sessions.insert(session);
    expect(await test.store.sessions.delete(session.id)).toBe(true);
    expect(await test.store.sessions.delete(session.id)).toBe(false);
    expect((await test.store.sessions.findByToken(session.tokenHash))?.session).toEqual({
      ...session,
      epoch: -1,
    });
    expect(await test.store.sessions.deleteAll(user.id, NOW)).toBe(1);
    expect((await test.store.users.find(user.id))?.accessEndedAt).toBe(NOW);
  });

  it("note their use, move to a new epoch and end", async () => {
    const session = aSession();
    await test.store.sessions.insert(session);
    await test.store.sessions.touch(session.id, NOW + 1);
    await test.store.sessions.carryOver(session.id, session.epoch, 9);
    expect(await test.store.sessions.find(session.id)).toEqual({
      ...session,
      lastUsedAt: NOW + 1,
      epoch: 9,
    });
    expect(await test.store.sessions.delete(session.id)).toBe(true);
    expect(await test.store.sessions.delete(session.id)).toBe(false);
    expect(await test.store.sessions.find(session.id)).toBeUndefined();
  });
});

// The clients of sessions: what is due is read by an index, and goes with its user or by time.
import type { UnknownRow } from "kysely";
import { describe, expect, it } from "vitest";
import { DAY } from "../../../src/domain/durations.ts";
import type { SessionClient } from "../../../src/domain/oauth/logout/store.ts";
import { connect } from "../../../src/store/engine/connect.ts";
import { sessionClients } from "../../../src/store/tables/session-clients.ts";
import { stores } from "../../mariadb.ts";
import { explaining, indexesOf, isSorted } from "../explaining.ts";
import { aSession, aUser, id, NOW } from "../samples.ts";

const aClientOf = (given: Partial<SessionClient> = {}): SessionClient => ({
  sessionId: id(),
  clientId: id(),
  userId: id(),
  createdAt: NOW,
  ...given,
});

describe.each(stores)("clients of sessions on $engine", ({ use, engine }) => {
  const test = use();
  const dueOf = async (now: number, { clientId }: SessionClient) =>
    (await test.store.sessionClients.due(now, 1000)).filter((each) => each.clientId === clientId);

  it("are noted once, and due with the end of their session", async () => {
    const user = aUser({ epoch: 4 });
    const session = aSession({ userId: user.id, epoch: 4 });
    const noted = aClientOf({ sessionId: session.id, userId: user.id });
    await test.store.users.insert(user);
    await test.store.sessions.insert(session);
    for (let times = 0; times < 2; times++) await test.store.sessionClients.note(noted);
    expect(await dueOf(NOW, noted)).toEqual([]);
    await test.store.sessions.deleteAll(user.id, NOW, session.id);
    const due = { ...noted, dueAt: 0, marks: 1, tries: 0 };
    expect(await dueOf(NOW, noted)).toEqual([{ ...due, isLive: true }]);
    await test.store.sessions.delete(session.id);
    const [found] = await dueOf(NOW, noted);
    expect(found).toEqual({ ...due, marks: 2, isLive: false });
    expect(await test.store.sessionClients.claim(found!, NOW + 5)).toBe(true);
    expect(await test.store.sessionClients.claim(found!, NOW + 5)).toBe(false);
    // A later end of all access doesn't hurry it.
    await test.store.users.endAccess(user.id, NOW);
    expect(await dueOf(NOW + 4, noted)).toEqual([]);
    expect(await dueOf(NOW + 5, noted)).toMatchObject([{ dueAt: NOW + 5, tries: 1 }]);
    await test.store.sessionClients.delete(noted);
    expect(await dueOf(NOW + 5, noted)).toEqual([]);
  });

  it("have an end that is undone with its transaction", async () => {
    const session = aSession();
    const noted = aClientOf({ sessionId: session.id, userId: session.userId });
    await test.store.sessions.insert(session);
    await test.store.sessionClients.note(noted);
    const undone = test.store.transaction(async (tx) => {
      await tx.sessions.delete(session.id);
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    expect(await dueOf(NOW, noted)).toEqual([]);
  });

  it("go after a month, and with their user", async () => {
    const user = aUser();
    const noted = [aClientOf(), aClientOf({ userId: user.id, createdAt: NOW + DAY })] as const;
    await test.store.users.insert(user);
    for (const each of noted) {
      await test.store.sessionClients.note(each);
      await test.store.sessions.deleteAll(each.userId, NOW);
    }
    await test.store.purgeExpired(NOW + 31 * DAY, 1000);
    expect([await dueOf(NOW, noted[0]), await dueOf(NOW, noted[1])]).toMatchObject([[], [{}]]);
    await test.store.users.delete(user.id, NOW);
    await test.store.users.purge(NOW + 1, 1000);
    expect(await dueOf(NOW, noted[1])).toEqual([]);
  });

  it("are read by an index when they are due", async () => {
    for (let many = 0; many < 300; many++) await test.store.sessionClients.note(aClientOf());
    const db = connect(test.options, "impatient").db;
    const plan: UnknownRow[] = [];
    await sessionClients(db.withPlugin(explaining(engine, plan))).due(NOW, 32);
    await db.destroy();
    expect(indexesOf(engine, plan)[0]).toBe("session_clients_due");
    expect(isSorted(plan)).toBe(true);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Statistics } from "../../../../src/domain/administration/statistics/statistics.ts";
import {
  AuditRollup,
  LAG_MS,
} from "../../../../src/domain/administration/statistics/audit-rollup.ts";
import { TableCounter } from "../../../../src/domain/administration/statistics/table-counter.ts";
import { systemClock } from "../../../../src/domain/clock.ts";
import { DAY, MINUTE } from "../../../../src/domain/durations.ts";
import { newId } from "../../../../src/domain/ids.ts";
import type { Principal } from "../../../../src/domain/principal.ts";
import { connect } from "../../../../src/store/engine/connect.ts";
import type { Database } from "../../../../src/store/engine/database.ts";
import { stores } from "../../../mariadb.ts";
import { aClient, anAccessToken, anEvent, aSession, aUser } from "../../../store/samples.ts";
import { by } from "../administered.ts";

const NOON = Date.UTC(2026, 5, 15, 12);
const clock = { ...systemClock, now: () => NOON };
const token = (scopes: readonly string[]): Principal => ({
  kind: "client",
  token: anAccessToken({ scopes: [...scopes] }),
});
const auditor = by(token(["audit.read"]));

describe.each(stores)("statistics on $engine", ({ use }) => {
  const used = use();
  let statistics: Statistics;
  let counter: TableCounter;
  let db: Database;
  beforeAll(() => {
    counter = new TableCounter(used.store, clock);
    statistics = new Statistics(used.store, clock, counter);
    db = connect(used.options, "impatient").db;
  });
  afterAll(() => db.destroy());

  const record = (daysAgo: number, type: string, reason = "") => {
    const at = NOON - daysAgo * DAY;
    const details: Record<string, string> = reason === "" ? {} : { reason };
    const id = newId({ ...systemClock, now: () => at });
    return used.store.audit.append(anEvent({ id, at, type, succeeded: reason === "", details }));
  };

  it("are for auditors", async () => {
    const refused: readonly Principal[] = [
      { kind: "anonymous" },
      { kind: "operator" },
      { kind: "partner", clientId: "x" },
      token(["users.read", "clients.write"]),
      { kind: "delegate", user: aUser({ administrator: true }), token: anAccessToken() },
      { kind: "user", user: aUser(), session: aSession({ api: "browser" }) },
      {
        kind: "user",
        user: aUser({ administrator: true }),
        session: aSession({ api: "identity" }),
      },
    ];
    for (const caller of refused)
      await expect(statistics.read(by(caller), 7)).rejects.toMatchObject({
        reason: "PERMISSION_DENIED",
      });
    expect(refused).toHaveLength(7);
    const administrator = aUser({ administrator: true });
    const session = aSession({ api: "browser" });
    const allowed: readonly Principal[] = [
      token(["audit.read"]),
      token(["admin"]),
      { kind: "user", user: administrator, session },
    ];
    for (const caller of allowed)
      expect((await statistics.read(by(caller), 7)).days).toHaveLength(7);
  });

  it("have each event on its day, also before and after it is counted", async () => {
    await record(0, "user.sign_in");
    await record(0, "user.sign_in", "SIGN_IN_FAILED");
    await record(0, "user.sign_in", "USER_LOCKED");
    await record(1, "user.create");
    await record(1, "user.sign_up", "EMAIL_TAKEN");
    await record(1, "user.sign_up");
    await record(6, "user.sign_in", "SOMETHING_NEW");
    await record(7, "user.sign_in");
    await record(0, "user.delete", "USER_NOT_FOUND");
    const read = () => statistics.read(auditor, 7);
    const live = await read();
    expect(live.countedUntil).toBe(NOON);
    const none = { SIGN_IN_FAILED: 0, USER_LOCKED: 0, USER_STATE_CONFLICT: 0 };
    expect(live.days.map(({ day }) => (NOON - 12 * 60 * MINUTE - day) / DAY)).toEqual([
      6, 5, 4, 3, 2, 1, 0,
    ]);
    expect(live.days[0]).toMatchObject({
      signIns: 0,
      refusedSignIns: 1,
      refusals: { ...none, EMAIL_TAKEN: 0, OTHER: 1 },
    });
    expect(live.days[5]).toMatchObject({
      registrations: 1,
      refusedRegistrations: 1,
      refusals: { ...none, EMAIL_TAKEN: 1, OTHER: 0 },
    });
    expect(live.days[6]).toMatchObject({
      signIns: 1,
      refusedSignIns: 2,
      registrations: 0,
      refusals: { ...none, SIGN_IN_FAILED: 1, USER_LOCKED: 1, EMAIL_TAKEN: 0, OTHER: 0 },
    });
    expect(await new AuditRollup(used.store, clock).run()).toBe(5);
    expect(await read()).toEqual(live);
    const later = { ...clock, now: () => NOON + LAG_MS + 1 };
    expect(await new AuditRollup(used.store, later).run()).toBe(4);
    expect(await read()).toEqual(live);
    expect((await statistics.read(auditor, 30)).days.at(-8)).toMatchObject({ signIns: 1 });
  });

  it("say until when all events are counted while many wait", async () => {
    const rows = Array.from({ length: 5_500 }, (_, index) => ({
      id: newId({ ...systemClock, now: () => NOON + DAY + index }),
      at: NOON + DAY + index,
      type: "user.sign_in",
      succeeded: 1,
      actor: "anonymous",
      address: "",
      details: "{}",
    }));
    for (let first = 0; first < rows.length; first += 500)
      await db
        .insertInto("audit_events")
        .values(rows.slice(first, first + 500))
        .execute();
    const tomorrow = { ...clock, now: () => NOON + DAY + MINUTE };
    const reader = new Statistics(used.store, tomorrow, counter);
    const { days, countedUntil } = await reader.read(auditor, 7);
    expect(countedUntil).toBeLessThan(NOON + DAY + MINUTE);
    expect(days.at(-1)?.signIns).toBeGreaterThan(4_000);
    expect(days.at(-1)?.signIns).toBeLessThan(5_500);
  });

  it("count users by state, applications and live sessions by API", async () => {
    const { store } = used;
    const [active, locked, unlocked, deleted] = [
      aUser(),
      aUser({ state: "locked" }),
      aUser({ state: "locked", lockUntil: NOON - 1 }),
      aUser(),
    ];
    for (const user of [active, locked, unlocked, deleted]) await store.users.insert(user);
    await store.users.delete(deleted.id, NOON);
    await store.clients.insert(aClient(), undefined);
    const expiresAt = NOON + DAY;
    const alive = { userId: active.id, epoch: active.epoch, expiresAt };
    for (const session of [
      aSession({ ...alive, api: "browser" }),
      aSession({ ...alive, api: "kokids" }),
      aSession({ ...alive, api: "kokids" }),
      aSession({ ...alive, api: "kokids", epoch: active.epoch + 1 }),
      aSession({ ...alive, api: "kokids", expiresAt: NOON }),
      aSession({ ...alive, api: "kokids", userId: "gone" }),
    ])
      await store.sessions.insert(session);
    const { numbers } = await statistics.read(auditor, 7);
    const expected = {
      countedAt: NOON,
      users: { active: 2, locked: 1, deleted: 1 },
      clients: 1,
      sessions: [
        { api: "kokids", sessions: 2 },
        { api: "browser", sessions: 1 },
      ],
    };
    expect(numbers).toEqual(expected);
    expect(await store.statistics.tables()).toBeUndefined();
    expect(await counter.run()).toBe(true);
    expect((await store.statistics.tables())?.counts.get("users.active")).toBe(2);
    // Another process would count the same.
    expect(await new TableCounter(store, clock).run()).toBe(false);
    const later = { ...clock, now: () => NOON + 11 * MINUTE };
    expect(await new TableCounter(store, later).run()).toBe(true);
  });

  it("come from the stored counts when there are many rows", async () => {
    const { store } = used;
    for (let first = 0; first < 10_500; first += 500)
      await db
        .insertInto("clients")
        .values(
          Array.from({ length: 500 }, (_, index) => ({
            id: `c${first + index}`,
            name: "x",
            public: 0,
            grant_types: "[]",
            scopes: "[]",
            redirect_uris: "[]",
            apis: "[]",
            pkce_optional: 0,
            disable_reason: "",
            secret_version: 1,
            created_at: NOON,
            updated_at: NOON,
          })),
        )
        .execute();
    expect((await statistics.read(auditor, 7)).numbers?.clients).toBe(1);
    const later = { ...clock, now: () => NOON + 30 * MINUTE };
    expect(await new TableCounter(store, later).run()).toBe(true);
    const { numbers } = await statistics.read(auditor, 7);
    expect(numbers).toMatchObject({ clients: 10_501, countedAt: NOON + 30 * MINUTE });
  });
});

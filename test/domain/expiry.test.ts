// At the very millisecond of its end, a thing has ended; one millisecond before, it has not.
import { expect, test } from "vitest";
import { readConfig } from "../../src/config/settings.ts";
import { createDomain } from "../../src/create-domain.ts";
import { stateAt } from "../../src/domain/accounts/user-state.ts";
import { systemClock } from "../../src/domain/clock.ts";
import { CLOCK_SKEW } from "../../src/domain/durations.ts";
import { isRecent, type Principal } from "../../src/domain/principal.ts";
import { type RequestContext } from "../../src/domain/request-context.ts";
import { BROWSER_API } from "../../src/domain/sessions/sessions.ts";
import { deriveKey } from "../../src/domain/security/secrets.ts";
import { SignedValues } from "../../src/domain/security/signed-values.ts";
import { stores } from "../mariadb.ts";
import { aSession, aUser, NOW } from "../store/samples.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const SECRET = "a server's secret that only tests have, 0123456789";

const kept = stores[0].use();
const operator: RequestContext = {
  caller: { kind: "operator" },
  address: "",
  userAgent: "",
  expired: () => false,
};

/** A domain whose clock says what the test sets. */
async function open() {
  const time = { now: NOW };
  const domain = await createDomain({
    config: readConfig({}),
    store: kept.store,
    clock: { ...systemClock, now: () => time.now },
    secret: SECRET,
    issuer: "",
  });
  return { domain, time };
}

/** What `probe` returns one millisecond before a time, and at it. */
async function around<T>(time: { now: number }, at: number, probe: () => T | Promise<T>) {
  time.now = at - 1;
  const before = await probe();
  time.now = at;
  return [before, await probe()];
}

test("a session ends when its lifetime or 14 unused days are over", async () => {
  const { domain, time } = await open();
  const user = aUser();
  const live = (session: Parameters<typeof aSession>[0]) => () =>
    domain.sessions.isLive(aSession({ userId: user.id, ...session }), user);
  expect(await around(time, NOW + DAY, live({ expiresAt: NOW + DAY }))).toEqual([true, false]);
  expect(await around(time, NOW + 14 * DAY, live({ expiresAt: NOW + 30 * DAY }))).toEqual([
    true,
    false,
  ]);
});

test("a password is recent for 5 minutes", () => {
  const session = aSession({ createdAt: NOW });
  expect([
    isRecent(session, NOW),
    isRecent(session, NOW + 5 * MINUTE - 1),
    isRecent(session, NOW + 5 * MINUTE),
  ]).toEqual([true, true, false]);
});

test("a lock with an end is over at its end", () => {
  const user = aUser({ state: "locked", lockUntil: NOW });
  expect([stateAt(user, NOW - 1), stateAt(user, NOW)]).toEqual(["locked", "active"]);
  expect(stateAt(aUser({ state: "locked" }), NOW)).toBe("locked");
});

test("a signed value opens until its lifetime is over", async () => {
  const time = { now: NOW };
  const values = new SignedValues(deriveKey(SECRET, "seal"), {
    ...systemClock,
    now: () => time.now,
  });
  const text = values.sign("a purpose", { a: 1 }, MINUTE);
  expect(await around(time, NOW + MINUTE, () => values.open("a purpose", text))).toEqual([
    { a: 1 },
    undefined,
  ]);
});

test("a signed value of a clock that was ahead by more than the skew doesn't open", () => {
  const time = { now: NOW + CLOCK_SKEW };
  const values = new SignedValues(deriveKey(SECRET, "seal"), {
    ...systemClock,
    now: () => time.now,
  });
  const text = values.sign("a purpose", { a: 1 }, MINUTE);
  time.now = NOW;
  expect(values.open("a purpose", text)).toEqual({ a: 1 });
  time.now = NOW - 1;
  expect(values.open("a purpose", text)).toBeUndefined();
});

test("a deleted user can be restored for 30 days", async () => {
  const { domain, time } = await open();
  for (const [late, outcome] of [
    [-1, "active"],
    [0, "USER_STATE_CONFLICT"],
  ] as const) {
    const user = aUser({ state: "deleted", deletedAt: NOW });
    await kept.store.users.insert(user);
    time.now = NOW + 30 * DAY + late;
    expect(
      await domain.users.restore(operator, user.id).then(
        ({ state }) => state,
        (error: { reason?: string }) => error.reason,
      ),
    ).toBe(outcome);
  }
});

test("a lock must end in the future", async () => {
  const { domain, time } = await open();
  const [administrator, user] = [aUser({ administrator: true }), aUser()];
  const session = aSession({ userId: administrator.id, api: BROWSER_API });
  for (const each of [administrator, user]) await kept.store.users.insert(each);
  await kept.store.sessions.insert(session);
  time.now = NOW;
  const caller: Principal = { kind: "user", user: administrator, session };
  const lock = (until: number) =>
    domain.adminActions.lock({ ...operator, caller }, user.id, "stolen", until);
  await expect(lock(NOW)).rejects.toMatchObject({
    reason: "FIELD_INVALID",
    details: { fields: [{ field: "until" }] },
  });
  await lock(NOW + 1);
  expect(await kept.store.users.find(user.id)).toMatchObject({ lockUntil: NOW + 1 });
});

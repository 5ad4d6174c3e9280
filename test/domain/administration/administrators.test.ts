// Who may administer in a browser: given and taken by the operator, by a session of a browser only.
import { describe, expect, test } from "vitest";
import {
  isAdministrator,
  setAdministrator,
} from "../../../src/domain/administration/administrators.ts";
import type { Principal } from "../../../src/domain/principal.ts";
import type { RequestContext } from "../../../src/domain/request-context.ts";
import { anonymous } from "../../../src/domain/principal.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import { stores } from "../../mariadb.ts";
import { anAccessToken, aSession, aUser, id, NOW } from "../../store/samples.ts";

describe("the power of an administrator", () => {
  const given = stores[0].use();
  const by = (caller: Principal): RequestContext => ({
    caller,
    address: "",
    userAgent: "",
    expired: () => false,
  });
  const set = (userId: string, administrator: boolean, caller: Principal = { kind: "operator" }) =>
    setAdministrator({ store: given.store, clock: systemClock }, by(caller), userId, administrator);
  const session = aSession({ api: "browser" });
  const token = anAccessToken({ api: "browser" });

  test("is given and taken by the operator, and leaves a trace", async () => {
    const user = aUser();
    await given.store.users.insert(user);
    expect([await set(user.id, true), await set(user.id, true)]).toEqual([true, false]);
    expect((await given.store.users.find(user.id))?.administrator).toBe(true);
    expect([await set(user.id, false), await set(user.id, false)]).toEqual([true, false]);
    const events = await given.store.audit.list({ userId: user.id }, { limit: 10 });
    // Within one millisecond they may come in any order.
    expect(events.map(({ type, actor }) => [type, actor]).toSorted()).toEqual([
      ["user.grant_administration", "operator"],
      ["user.revoke_administration", "operator"],
    ]);
  });

  test("of an address that is unconfirmed is written down as such", async () => {
    const users = [aUser(), aUser({ emailVerifiedAt: NOW })];
    for (const user of users) {
      await given.store.users.insert(user);
      await set(user.id, true);
    }
    const events = await Promise.all(
      users.map(({ id: userId }) => given.store.audit.list({ userId }, { limit: 2 })),
    );
    expect(events.map(([event]) => event?.details)).toEqual([{ email: "unconfirmed" }, {}]);
  });

  test("is given by no other caller, and to no unknown user", async () => {
    const [user, administrator] = [aUser(), aUser({ administrator: true })];
    await given.store.users.insert(user);
    const others: Principal[] = [
      anonymous,
      { kind: "user", user: administrator, session },
      { kind: "delegate", user: administrator, token },
      { kind: "client", token },
    ];
    for (const caller of others)
      expect(() => set(user.id, true, caller), caller.kind).toThrow("Only the operator");
    await given.store.users.delete(user.id, NOW);
    for (const userId of [user.id, id(), ""])
      await expect(set(userId, true)).rejects.toThrow("There is no such user");
  });

  test("is had by a browser's session only", () => {
    const user = aUser({ administrator: true });
    expect(isAdministrator({ kind: "user", user, session })).toBe(true);
    expect(isAdministrator({ kind: "user", user: aUser(), session })).toBe(false);
    for (const api of ["identity", "kokids", "secretpair", ""])
      expect(isAdministrator({ kind: "user", user, session: aSession({ api }) }), api).toBe(false);
    for (const caller of [
      { kind: "delegate", user, token },
      { kind: "client", token },
      { kind: "operator" },
      anonymous,
    ] as const)
      expect(isAdministrator(caller), caller.kind).toBe(false);
  });
});

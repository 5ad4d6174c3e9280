// Who may administer in a browser: given and taken by the command line, by a session of a browser only.
import { describe, expect, test } from "vitest";
import { isAdministrator, setAdministrator } from "../../src/domain/administrators.ts";
import { anonymous, byOperator } from "../../src/domain/caller.ts";
import { systemClock } from "../../src/domain/clock.ts";
import { stores } from "../mariadb.ts";
import { anAccessToken, aSession, aUser, id, NOW } from "../store/samples.ts";

const { use } = stores[0]!;

describe("the power of an administrator", () => {
  const given = use();
  const insert = async () => {
    const user = aUser({ username: `ada-${id()}` });
    await given.store.users.insert(user);
    return user;
  };
  const set = (who: string, administrator: boolean, realm = "main") => setAdministrator(given.store, systemClock, who, realm, administrator);

  test("is given by id, address or name, once, and leaves a trace", async () => {
    for (const key of ["id", "email", "username"] as const) {
      const user = await insert();
      expect(await set(user[key], true)).toMatchObject({ changed: true, user: { id: user.id, administrator: true } });
      expect(await set(user[key], true)).toMatchObject({ changed: false, user: { id: user.id, administrator: true } });
      expect((await given.store.users.find(user.id))?.administrator).toBe(true);
      expect(await set(user[key], false)).toMatchObject({ changed: true, user: { administrator: false } });
      const events = await given.store.audit.list(user.id, { limit: 10 });
      expect(events.map(({ type, actor }) => [type, actor])).toEqual([["user.revoke_administration", "operator"], ["user.grant_administration", "operator"]]);
    }
  });

  test("is for nobody who isn't there, or is deleted", async () => {
    const user = await insert();
    for (const who of [id(), "", "nobody", "nobody@example.org", "@", "not an address@"]) await expect(set(who, true), who).rejects.toThrow("There is no user");
    await expect(set(user.email, true, "other")).rejects.toThrow("There is no user");
    await given.store.users.delete(user.id, NOW);
    await expect(set(user.id, true)).rejects.toThrow("There is no user");
  });

  test("is had by a browser's session only", () => {
    const [user, session, token] = [aUser({ administrator: true }), aSession({ api: "browser" }), anAccessToken({ api: "browser" })];
    expect(isAdministrator({ kind: "user", user, session })).toBe(true);
    expect(isAdministrator({ kind: "user", user: aUser(), session })).toBe(false);
    for (const api of ["identity", "kokids", "secretpair", ""]) expect(isAdministrator({ kind: "user", user, session: aSession({ api }) }), api).toBe(false);
    for (const caller of [{ kind: "delegate", user, token }, { kind: "client", token }, anonymous, byOperator.caller] as const) expect(isAdministrator(caller), caller.kind).toBe(false);
  });
});

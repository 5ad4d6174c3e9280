import { beforeAll, describe, expect, test } from "vitest";
import { MINUTE, movableClock } from "../../identity/clock.ts";
import { agree, redeem, register } from "../../oauth/flow.ts";
import { type SignedIn, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";
import { administrationPages } from "./administration-pages.ts";

const clock = movableClock();

const used = useServer({ clock });

const { signedIn, stored, administrate, userPath } = administrationPages(used, clock);

let administrator: SignedIn;

let ada: SignedIn;

let admin: Agent;

beforeAll(async () => {
  [administrator, ada] = [await used.signUp(), await used.signUp()];
  await administrate(administrator);
  admin = await signedIn(administrator);
});

/** Does an act from the page that it stands on; answers where that leads. */
async function act(
  path: string,
  fields: Record<string, string>,
  from = userPath(ada),
): Promise<string | null> {
  await admin.get(from);
  return (await admin.post(path, fields)).headers.get("location");
}

describe("what is done to a user", () => {
  test("locked with a reason for a while, and unlocked", async () => {
    const lock = `/administration/lock?id=${ada.id}`;
    expect(
      await act("/administration/lock", { id: ada.id, reason: " spam ", hours: "24" }, lock),
    ).toBe(`${userPath(ada)}&notice=locked`);
    const { state, lockReason, lockUntil = 0 } = await stored(ada);
    expect([state, lockReason, Math.round((lockUntil - clock.now()) / MINUTE)]).toEqual([
      "locked",
      "spam",
      1440,
    ]);
    await admin.get(`${userPath(ada)}&notice=locked`);
    for (const text of ["User locked.", "spam", "Unlock", "Change lock"])
      expect(admin.page).toContain(text);
    expect((await new Agent(used.url).signIn(ada)).status).toBe(403);
    expect(await act("/administration/user/unlock", { id: ada.id })).toBe(
      `${userPath(ada)}&notice=unlocked`,
    );
    expect(await act("/administration/user/unlock", { id: ada.id })).toBe(
      `${userPath(ada)}&notice=USER_STATE_CONFLICT`,
    );
    await admin.get(`${userPath(ada)}&notice=USER_STATE_CONFLICT`);
    expect(admin.page).toContain("changed in the meantime");
    expect((await new Agent(used.url).signIn(ada)).status).toBe(303);
    await act("/administration/lock", { id: ada.id, reason: "spam", hours: "0" }, lock);
    expect((await stored(ada)).lockUntil).toBeUndefined();
    await act("/administration/user/unlock", { id: ada.id });
  });

  test("not without a reason, not for as long as one likes, and no administrator", async () => {
    for (const [fields, status] of [
      [{ reason: " ", hours: "1" }, 422],
      [{ reason: "x".repeat(501), hours: "1" }, 422],
      [{ reason: "x", hours: "7" }, 400],
      [{ reason: "x" }, 400],
    ] as const) {
      await admin.get(`/administration/lock?id=${ada.id}`);
      expect((await admin.post("/administration/lock", { id: ada.id, ...fields })).status).toBe(
        status,
      );
    }
    const other = await used.signUp();
    await administrate(other);
    for (const who of [administrator, other]) {
      await admin.get(userPath(who));
      expect(admin.page).toContain("latchkey admin revoke");
      expect(admin.page).not.toContain("/administration/lock");
      expect(await act("/administration/lock", { id: who.id, reason: "x", hours: "0" })).toBe(
        `${userPath(who)}&notice=PERMISSION_DENIED`,
      );
      expect((await stored(who)).state).toBe("active");
    }
    // Nor by their own hand.
    await expect(other.users.deleteUser({ userId: "me" })).rejects.toThrow("latchkey admin revoke");
  });

  test("one session, one application, or everything ends", async () => {
    const user = await used.signUp();
    const client = await register(used.administrator);
    await redeem(used.url, client, await agree(user, client));
    const [one, two] = [await signedIn(user), await signedIn(user)];
    const isIn = async (agent: Agent): Promise<boolean> =>
      (await agent.get("/account")).status === 200;
    const [newest] = await used.server.store.sessions.list(
      user.id,
      (await stored(user)).epoch,
      clock.now(),
      { limit: 1 },
    );
    expect(
      await act("/administration/user/end-session", { id: user.id, session: newest!.id }),
    ).toBe(`${userPath(user)}&notice=session-ended`);
    expect([await isIn(one), await isIn(two)]).toEqual([true, false]);
    expect(
      await act("/administration/user/end-session", { id: user.id, session: newest!.id }),
    ).toBe(`${userPath(user)}&notice=SESSION_NOT_FOUND`);
    const [grant] = await used.server.store.grants.list(user.id, { limit: 1 });
    expect(
      await act("/administration/user/revoke-grant", { id: administrator.id, grant: grant!.id }),
    ).toContain("GRANT_NOT_FOUND");
    expect(await act("/administration/user/revoke-grant", { id: user.id, grant: grant!.id })).toBe(
      `${userPath(user)}&notice=revoked`,
    );
    expect(await used.server.store.grants.list(user.id, { limit: 1 })).toEqual([]);
    expect(await act("/administration/user/end-access", { id: user.id })).toBe(
      `${userPath(user)}&notice=access-ended`,
    );
    expect(await isIn(one)).toBe(false);
  });

  test("restored, unless another user has the address or the name now", async () => {
    const user = await used.signUp();
    await used.administrator.users.deleteUser({ userId: user.id });
    await admin.get(`/administration/users?by=emailKey&text=${user.email.toUpperCase()}`);
    expect(admin.page).toContain(userPath(user));
    for (const [taken, notice] of [
      [{ email: user.email }, "EMAIL_TAKEN"],
      [{ username: user.username }, "USERNAME_TAKEN"],
    ] as const) {
      const other = await used.signUp(taken);
      expect(await act("/administration/user/restore", { id: user.id })).toBe(
        `${userPath(user)}&notice=${notice}`,
      );
      await admin.get(`${userPath(user)}&notice=${notice}`);
      expect(admin.page).toContain("another user now has");
      await used.administrator.users.deleteUser({ userId: other.id });
    }
    expect(await act("/administration/user/restore", { id: user.id })).toBe(
      `${userPath(user)}&notice=restored`,
    );
    expect((await stored(user)).state).toBe("active");
    expect(await act("/administration/user/restore", { id: user.id })).toContain(
      "USER_STATE_CONFLICT",
    );
  });

  test("let in again after wrong passwords", async () => {
    const user = await used.signUp();
    for (let tries = 0; tries < 10; tries++)
      await new Agent(used.url).signIn({ ...user, password: "wrong" });
    expect((await new Agent(used.url).signIn(user)).status).toBe(429);
    expect(await act("/administration/user/forget-failures", { id: user.id })).toBe(
      `${userPath(user)}&notice=forgotten`,
    );
    expect((await new Agent(used.url).signIn(user)).status).toBe(303);
  });
});

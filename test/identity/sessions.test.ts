// Sessions: what opens them, how long they live, and everything that ends them.
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import { reason, refusal } from "../clients/refusal.ts";
import { delegate, isActive, refresh } from "../oauth/flow.ts";
import { type SignedIn, unique, useServer } from "../use-server.ts";
import { DAY, MINUTE, movableClock } from "./clock.ts";

const clock = movableClock();
const used = useServer({ clock, environment: { SIGN_IN_NETWORK_FAILURES: "1000" } });

const signIn = async (user: SignedIn, password = user.password) => {
  const { accessToken, session } = await used
    .as()
    .users.signIn(
      { identifier: { case: "email", value: user.email }, password },
      { headers: { "user-agent": "A browser ".repeat(40) } },
    );
  return { ...used.as(accessToken), token: accessToken, session: session! };
};
const isAlive = async ({ users }: Pick<SignedIn, "users">): Promise<boolean> =>
  users.getUser({ userId: "me" }).then(
    () => true,
    () => false,
  );

test("a user signs in by name and by address, each only as itself", async () => {
  const ada = await used.signUp();
  const by = (identifier: { case: "username" | "email"; value: string }) =>
    used.as().users.signIn({ identifier, password: ada.password });
  expect((await by({ case: "username", value: ada.username })).user?.id).toBe(ada.id);
  expect((await by({ case: "email", value: ada.email.toUpperCase() })).user?.id).toBe(ada.id);
  for (const wrong of [
    { case: "username", value: ada.email },
    { case: "username", value: ada.username.toUpperCase() },
    { case: "email", value: ada.username },
    { case: "username", value: ada.id },
  ] as const) {
    expect(await reason(by(wrong))).toBe("SIGN_IN_FAILED");
  }
});

test("an unknown user and a wrong password are one answer", async () => {
  const ada = await used.signUp();
  const guess = (value: string) =>
    refusal(
      used
        .as()
        .users.signIn({ identifier: { case: "email", value }, password: "not the password" }),
    );
  expect(await guess(ada.email)).toEqual(await guess(`${unique()}@example.com`));
});

test("a session tells where it comes from, never its token", async () => {
  const ada = await used.signUp();
  const { session, token, users } = await signIn(ada);
  expect(session).toMatchObject({
    userId: ada.id,
    api: "identity",
    address: "127.0.0.1",
    current: true,
  });
  expect(session.userAgent).toBe("A browser ".repeat(40).slice(0, 256));
  expect(timestampMs(session.expireTime!) - timestampMs(session.createTime!)).toBe(30 * DAY);
  const { sessions } = await users.listSessions({});
  expect(sessions.map(({ current }) => current)).toEqual([true, false]);
  expect(
    JSON.stringify(sessions, (_, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    ),
  ).not.toContain(token.slice(4));
});

describe("ends", () => {
  test("by signing out", async () => {
    const ada = await used.signUp();
    const other = await signIn(ada);
    await ada.users.signOut({});
    expect([await isAlive(ada), await isAlive(other)]).toEqual([false, true]);
    expect(await reason(ada.users.signOut({}))).toBe("TOKEN_INVALID");
  });

  test("by being revoked, by the user or an administrator, once", async () => {
    const ada = await used.signUp();
    const [one, two] = [await signIn(ada), await signIn(ada)];
    await ada.users.revokeSession({ sessionId: one.session.id });
    await used.administrator.users.revokeSession({ sessionId: two.session.id });
    expect([await isAlive(one), await isAlive(two), await isAlive(ada)]).toEqual([
      false,
      false,
      true,
    ]);
    expect(await reason(ada.users.revokeSession({ sessionId: one.session.id }))).toBe(
      "SESSION_NOT_FOUND",
    );
    expect((await ada.users.listSessions({})).sessions).toHaveLength(1);
  });

  test("when it lies unused for 14 days, and after 30 in any case", async () => {
    const ada = await used.signUp();
    const unused = await signIn(ada);
    for (const days of [0, 10, 10]) {
      clock.pass(days * DAY);
      expect(await isAlive(ada)).toBe(true);
    }
    expect(await isAlive(unused)).toBe(false);
    expect((await ada.users.listSessions({})).sessions).toHaveLength(1);
    clock.pass(10 * DAY);
    expect(await isAlive(ada)).toBe(false);
    await used.renew();
  });
});

describe("a new password", () => {
  test("needs the old one, and ends every other session and token", async () => {
    const ada = await used.signUp();
    const other = await signIn(ada);
    const { client, accessToken, refreshToken } = await delegate(used.url, used.administrator, ada);
    const change = (currentPassword: string, newPassword: string) =>
      ada.users.changePassword({ userId: "me", currentPassword, newPassword });
    expect(await reason(change("not the password", "a new password"))).toBe("SIGN_IN_FAILED");
    expect(await refusal(change(ada.password, "short"))).toMatchObject({
      reason: "PASSWORD_UNACCEPTABLE",
      fields: ["new_password"],
    });
    expect(await isAlive(other)).toBe(true);
    clock.pass(MINUTE);
    const { user } = await change(ada.password, "a new password");
    expect(timestampMs(user!.updateTime!)).toBeGreaterThan(timestampMs(user!.createTime!));
    expect([
      await isAlive(ada),
      await isAlive(other),
      await isActive(used.url, client, accessToken),
    ]).toEqual([true, false, false]);
    expect((await refresh(used.url, client, refreshToken)).json["error"]).toBe("invalid_grant");
    expect(await reason(signIn(ada))).toBe("SIGN_IN_FAILED");
    expect(await isAlive(await signIn(ada, "a new password"))).toBe(true);
  });

  test("by an administrator needs none, and ends them all", async () => {
    const ada = await used.signUp();
    await used.administrator.users.changePassword({
      userId: ada.id,
      newPassword: "set by another",
    });
    expect(await isAlive(ada)).toBe(false);
    expect(await isAlive(await signIn(ada, "set by another"))).toBe(true);
    expect(
      await reason(
        used.administrator.users.changePassword({
          userId: unique(),
          newPassword: "set by another",
        }),
      ),
    ).toBe("USER_NOT_FOUND");
  });

  test("can't be guessed by way of changing it", async () => {
    const ada = await used.signUp();
    const guess = () =>
      reason(
        ada.users.changePassword({
          userId: "me",
          currentPassword: "a wrong guess",
          newPassword: "a new password",
        }),
      );
    const reasons = [];
    for (let count = 0; count < 11; count++) reasons.push(await guess());
    expect(reasons).toEqual([...Array<string>(10).fill("SIGN_IN_FAILED"), "RATE_LIMITED"]);
  });
});

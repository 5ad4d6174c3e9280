// The refresh token grant: every token works once, and one that comes back ends its whole family.
import { describe, expect, test } from "vitest";
import { DAY, MINUTE, movableClock } from "../identity/clock.ts";
import { type SignedIn, useServer } from "../use-server.ts";
import { agree, delegate, isActive, redeem, refresh, register, type Registered } from "./flow.ts";

const clock = movableClock();
const used = useServer({ clock });

/** A client that a user has agreed to, and its first tokens. */
async function start(isPublic = false, user?: SignedIn) {
  const owner = user ?? (await used.signUp());
  const client = await register(used.administrator, { public: isPublic });
  const { json } = await redeem(used.url, client, await agree(owner, client));
  const watcher = await register(used.administrator, {
    grantTypes: ["client_credentials"],
    scopes: ["introspect"],
  });
  return {
    user: owner,
    client,
    first: json,
    isActive: (token: unknown) => isActive(used.url, watcher, token),
  };
}

const errorOf = async (client: Registered | undefined, token: unknown): Promise<unknown> =>
  (await refresh(used.url, client, token)).json["error"];

describe.each([true, false])("of a public client: %s", (isPublic) => {
  test("gives new tokens of the same family, and works once", async () => {
    const { user, client, first, isActive: active } = await start(isPublic);
    const { status, json } = await refresh(used.url, client, first["refresh_token"]);
    expect(status).toBe(200);
    expect(json).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "profile groups" });
    expect(json["refresh_token"]).not.toBe(first["refresh_token"]);
    expect((await used.as(String(json["access_token"])).users.getUser({})).user?.id).toBe(user.id);
    expect(await active(first["refresh_token"])).toBe(false);
    expect(await active(first["access_token"])).toBe(true);
  });

  test("used again ends the family: every access and refresh token", async () => {
    const { client, first, isActive: active } = await start(isPublic);
    const { json: second } = await refresh(used.url, client, first["refresh_token"]);
    const { json: third } = await refresh(used.url, client, second["refresh_token"]);
    expect(await active(third["refresh_token"])).toBe(true);
    expect(await errorOf(client, first["refresh_token"])).toBe("invalid_grant");
    for (const tokens of [first, second, third]) {
      expect(await active(tokens["access_token"])).toBe(false);
      expect(await errorOf(client, tokens["refresh_token"])).toBe("invalid_grant");
    }
  });
});

test("another agreement of the same user and client is another family", async () => {
  const { user, client, first } = await start();
  const { json: other } = await redeem(used.url, client, await agree(user, client));
  await refresh(used.url, client, first["refresh_token"]);
  expect(await errorOf(client, first["refresh_token"])).toBe("invalid_grant");
  expect((await refresh(used.url, client, other["refresh_token"])).status).toBe(200);
});

test("another client gets nothing for it and uses nothing up", async () => {
  const { client, first, isActive: active } = await start();
  for (const stranger of [
    await register(used.administrator),
    await register(used.administrator, { public: true }),
  ]) {
    expect(await errorOf(stranger, first["refresh_token"])).toBe("invalid_grant");
  }
  expect(await errorOf({ id: client.id, secret: "lkcs_wrong" }, first["refresh_token"])).toBe(
    "invalid_client",
  );
  expect(await active(first["access_token"])).toBe(true);
  expect((await refresh(used.url, client, first["refresh_token"])).status).toBe(200);
});

test("fewer scopes may be asked for, more not", async () => {
  const { client, first } = await start();
  for (const scope of ["profile admin", "users.read", "profile admin openid"])
    expect((await refresh(used.url, client, first["refresh_token"], { scope })).json["error"]).toBe(
      "invalid_scope",
    );
  const { json: narrow } = await refresh(used.url, client, first["refresh_token"], {
    scope: "groups",
  });
  expect(narrow["scope"]).toBe("groups");
  await expect(used.as(String(narrow["access_token"])).users.getUser({})).rejects.toThrow(
    /profile/,
  );
  const { json: wide } = await refresh(used.url, client, narrow["refresh_token"]);
  expect(wide["scope"]).toBe("profile groups");
});

test("it ends after 14 unused days, and its family after 30 in any case", async () => {
  const idle = await start();
  const busy = await start();
  let token = busy.first["refresh_token"];
  for (let day = 0; day < 26; day += 13) {
    clock.pass(13 * DAY);
    const { status, json } = await refresh(used.url, busy.client, token);
    expect(status).toBe(200);
    token = json["refresh_token"];
  }
  expect(await errorOf(idle.client, idle.first["refresh_token"])).toBe("invalid_grant");
  clock.pass(4 * DAY - MINUTE);
  const { status, json } = await refresh(used.url, busy.client, token);
  expect(status).toBe(200);
  clock.pass(2 * MINUTE);
  expect(await errorOf(busy.client, json["refresh_token"])).toBe("invalid_grant");
  await used.renew();
});

const ENDS: Readonly<Record<string, (user: SignedIn, clientId: string) => Promise<unknown>>> = {
  "the user is locked": ({ id }) => used.administrator.users.lockUser({ userId: id, reason: "x" }),
  "the user is deleted": ({ id }) => used.administrator.users.deleteUser({ userId: id }),
  "the password is changed": (user) =>
    user.users.changePassword({
      userId: "me",
      currentPassword: user.password,
      newPassword: "a new password",
    }),
  "the agreement is taken back": async ({ oauth }) =>
    oauth.revokeGrant({ grantId: (await oauth.listGrants({})).grants[0]!.id }),
  "the client is deleted": (_, clientId) => used.administrator.oauth.deleteClient({ clientId }),
};

test.each(Object.entries(ENDS))(
  "ends when %s, with the access tokens and the codes",
  async (_, end) => {
    const { user, client, first, isActive: active } = await start();
    const agreed = await agree(user, client);
    expect(await active(first["refresh_token"])).toBe(true);
    await end(user, client.id);
    expect([await active(first["access_token"]), await active(first["refresh_token"])]).toEqual([
      false,
      false,
    ]);
    expect(await errorOf(client, first["refresh_token"])).toMatch(/^invalid_(grant|client)$/);
    expect((await redeem(used.url, client, agreed)).json["error"]).toMatch(
      /^invalid_(grant|client)$/,
    );
  },
);

test("a lock that is over brings nothing back", async () => {
  const { user, client, first } = await start();
  await used.administrator.users.lockUser({ userId: user.id, reason: "x" });
  await used.administrator.users.unlockUser({ userId: user.id });
  expect(await errorOf(client, first["refresh_token"])).toBe("invalid_grant");
});

test("an agreement is listed once, with what was agreed to", async () => {
  const user = await used.signUp();
  const { client } = await delegate(used.url, used.administrator, user, "profile");
  await redeem(used.url, client, await agree(user, client, { scope: "groups" }));
  const { grants } = await user.oauth.listGrants({});
  expect(grants).toHaveLength(1);
  expect(grants[0]).toMatchObject({ userId: user.id, clientId: client.id, clientName: "A client" });
  expect(new Set(grants[0]!.scopes)).toEqual(new Set(["profile", "groups"]));
});

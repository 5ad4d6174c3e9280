// Introspection (RFC 7662) and revocation (RFC 7009).
import { describe, expect, test } from "vitest";
import { DAY, MINUTE, movableClock } from "../identity/clock.ts";
import { useServer } from "../use-server.ts";
import { agree, clientToken, delegate, isActive, post, refresh, register } from "./flow.ts";

const clock = movableClock();
const used = useServer({ clock });
const watcher = () =>
  register(used.administrator, { grantTypes: ["client_credentials"], scopes: ["introspect"] });
const introspect = async (client: { id: string; secret: string }, token: string, more = {}) =>
  (await post(used.url, "introspect", { token, ...more }, client)).json;

describe("introspection", () => {
  test("tells of each kind of token what it is good for", async () => {
    const user = await used.signUp();
    const { client, accessToken, refreshToken } = await delegate(
      used.url,
      used.administrator,
      user,
      "profile",
    );
    const observer = await watcher();
    const shared = {
      active: true,
      client_id: client.id,
      username: user.username,
      realm: "default",
      token_type: "Bearer",
      sub: user.id,
      aud: "identity",
      iss: used.url,
      scope: "profile",
      iat: expect.any(Number),
      exp: expect.any(Number),
    };
    const access = await introspect(observer, accessToken);
    expect(access).toEqual(shared);
    expect(Number(access["exp"]) - Number(access["iat"])).toBe(3600);
    expect(await introspect(observer, refreshToken)).toEqual(shared);
    expect(await introspect(observer, user.token)).toMatchObject({
      active: true,
      sub: user.id,
      username: user.username,
    });
    const own = await clientToken(used.url, observer);
    expect(await introspect(observer, own)).toEqual({
      active: true,
      client_id: observer.id,
      sub: observer.id,
      scope: "introspect",
      token_type: "Bearer",
      aud: "identity",
      iss: used.url,
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
    for (const hint of ["access_token", "refresh_token", "nonsense"])
      expect(await introspect(observer, accessToken, { token_type_hint: hint })).toEqual(shared);
  });

  test("says nothing but that a token doesn't work", async () => {
    const user = await used.signUp();
    const { client, accessToken } = await delegate(used.url, used.administrator, user);
    const { code } = await agree(user, client);
    const observer = await watcher();
    for (const token of [
      "x",
      "lka_",
      `${accessToken}x`,
      accessToken.slice(0, -1),
      accessToken.toUpperCase(),
      ` ${accessToken}`,
      code,
      client.secret,
      client.id,
      user.id,
      "null",
      "é",
      "x".repeat(4096),
    ]) {
      expect(await introspect(observer, token), token).toEqual({ active: false });
    }
    clock.pass(60 * MINUTE);
    expect(await introspect(observer, accessToken)).toEqual({ active: false });
    await used.renew();
  });

  // RFC 7662 section 2.2: a token that the token endpoint would refuse is not active.
  test("a refresh token is inactive after 14 unused days", async () => {
    const user = await used.signUp();
    const { client, refreshToken } = await delegate(used.url, used.administrator, user);
    clock.pass(14 * DAY - MINUTE);
    const active = await introspect(client, refreshToken);
    expect(active).toMatchObject({ active: true });
    expect(Number(active["exp"]) - Number(active["iat"])).toBe((14 * DAY) / 1000);
    clock.pass(MINUTE);
    expect(await introspect(client, refreshToken)).toEqual({ active: false });
    expect((await refresh(used.url, client, refreshToken)).json["error"]).toBe("invalid_grant");
    await used.renew();
  });

  test("tells a client of its own tokens only, unless it may see all", async () => {
    const user = await used.signUp();
    const { client, accessToken, refreshToken } = await delegate(
      used.url,
      used.administrator,
      user,
    );
    const stranger = await register(used.administrator);
    for (const token of [accessToken, refreshToken, user.token])
      expect(await introspect(stranger, token)).toEqual({ active: false });
    expect(await introspect(client, accessToken)).toMatchObject({ active: true });
    expect(await introspect(client, user.token)).toEqual({ active: false });
    const { administrator } = used.server;
    expect(
      await introspect(
        { id: administrator.clientId, secret: administrator.clientSecret },
        accessToken,
      ),
    ).toMatchObject({ active: true });
  });

  test("tells the group that the access is for", async () => {
    const user = await used.signUp();
    const { group } = await user.users.createGroup({ name: "x" });
    const client = await register(used.administrator);
    const { code, verifier } = await agree(user, client, { groupId: group!.id });
    const { json: tokens } = await post(
      used.url,
      "token",
      {
        grant_type: "authorization_code",
        code,
        code_verifier: verifier,
        redirect_uri: "https://client.example.com/callback",
      },
      client,
    );
    expect(await introspect(client, String(tokens["access_token"]))).toMatchObject({
      active: true,
      group_id: String(group!.id),
    });
  });
});

describe("revocation", () => {
  test("of an access token ends it, of a refresh token its family", async () => {
    const user = await used.signUp();
    const { client, accessToken, refreshToken } = await delegate(
      used.url,
      used.administrator,
      user,
    );
    const revoke = (token: string) => post(used.url, "revoke", { token }, client);
    const { json: next } = await refresh(used.url, client, refreshToken);
    expect((await revoke(accessToken)).status).toBe(200);
    expect([
      await isActive(used.url, client, accessToken),
      await isActive(used.url, client, next["access_token"]),
    ]).toEqual([false, true]);
    await expect(used.as(accessToken).users.getUser({})).rejects.toThrow(/token/i);
    expect((await revoke(String(next["refresh_token"]))).status).toBe(200);
    expect(await isActive(used.url, client, next["access_token"])).toBe(false);
    expect((await refresh(used.url, client, next["refresh_token"])).json["error"]).toBe(
      "invalid_grant",
    );
  });

  test("answers 200 for every text that is no token of the client", async () => {
    const user = await used.signUp();
    const { client, accessToken, refreshToken } = await delegate(
      used.url,
      used.administrator,
      user,
    );
    const stranger = await register(used.administrator);
    for (const token of [accessToken, refreshToken, user.token, "unknown", "lka_x", "lkr_x"]) {
      const { status, headers } = await post(used.url, "revoke", { token }, stranger);
      expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    }
    expect([
      await isActive(used.url, client, accessToken),
      await isActive(used.url, client, refreshToken),
    ]).toEqual([true, true]);
    expect((await post(used.url, "revoke", { token: user.token }, client)).status).toBe(200);
    expect((await user.users.getUser({})).user?.id).toBe(user.id);
    expect((await post(used.url, "revoke", {}, client)).json["error"]).toBe("invalid_request");
  });

  test("is open to public clients, for their own", async () => {
    const client = await register(used.administrator, { public: true });
    expect((await post(used.url, "revoke", { token: "x" }, client)).status).toBe(200);
  });
});

test.each(["introspect", "revoke"] as const)(
  "%s without a token is an invalid request",
  async (endpoint) => {
    const client = await register(used.administrator, { grantTypes: ["client_credentials"] });
    for (const parameters of [[], [["token", ""]], [["token", "  "]]] as const) {
      const answered = await post(used.url, endpoint, parameters, client);
      expect(answered).toMatchObject({
        status: 400,
        json: { error: "invalid_request", error_description: "token is required." },
      });
    }
    // The client is checked first, so that a caller without a secret learns nothing.
    const wrong = await post(used.url, endpoint, {}, { ...client, secret: "wrong" });
    expect(wrong).toMatchObject({ status: 401, json: { error: "invalid_client" } });
  },
);

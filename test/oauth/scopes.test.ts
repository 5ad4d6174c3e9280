// Scopes that a client may not have, or that this server doesn't know, are left out (RFC 6749
// section 3.3). The answer has what was granted.
import { describe, expect, test } from "vitest";
import { refusal } from "../clients/refusal.ts";
import { useServer } from "../use-server.ts";
import { agree, clientToken, post, redeem, refresh, register } from "./flow.ts";

const used = useServer();

/** What is granted of each list, to a client that may have `profile` and `groups`. */
const NARROWED: readonly (readonly [asked: string, granted: string])[] = [
  ["openid", "profile"],
  ["openid profile", "profile"],
  ["openid email offline_access", "profile"],
  ["offline_access", "profile"],
  ["openid groups offline_access", "groups"],
  ["openid unknown", "profile"],
  ["profile admin users.read", "profile"],
  ["profile  groups", "profile groups"],
  [" profile ", "profile"],
  ["profile profile groups profile", "profile groups"],
  ["groups profile", "groups profile"],
  [`profile ${Array.from({ length: 500 }, (_, index) => `s${index}`).join(" ")}`, "profile"],
  ["   ", "profile groups"],
  ["", "profile groups"],
];

test.each(NARROWED)("of %j a user grants %j", async (scope, granted) => {
  const [user, client] = [await used.signUp(), await register(used.administrator)];
  const { json } = await redeem(used.url, client, await agree(user, client, { scope }));
  expect(json["scope"]).toBe(granted);
  // A refresh must not ask for more than was granted (RFC 6749 section 6).
  const { json: again } = await refresh(used.url, client, json["refresh_token"], { scope });
  expect(again["scope"] ?? again["error"]).toBe(
    scope.includes("admin") ? "invalid_scope" : granted,
  );
});

test("a refresh repeats the list of a request that was narrowed", async () => {
  const user = await used.signUp();
  const lists = ["profile groups", "openid profile groups offline_access", "groups  profile "];
  for (const scope of lists) {
    const client = await register(used.administrator, { scopes: ["profile"] });
    const { json } = await redeem(used.url, client, await agree(user, client, { scope }));
    const { json: again } = await refresh(used.url, client, json["refresh_token"], { scope });
    expect([json["scope"], again["scope"]], scope).toEqual(["profile", "profile"]);
    expect(
      (await refresh(used.url, client, again["refresh_token"], { scope: "groups" })).json["error"],
    ).toBe("invalid_scope");
  }
});

test("a refresh gets no scope that the user was not asked for", async () => {
  const [user, client] = [await used.signUp(), await register(used.administrator)];
  const agreed = await agree(user, client, { scope: "profile" });
  const { json } = await redeem(used.url, client, agreed);
  for (const scope of ["profile groups", "groups", "openid groups"])
    expect(
      (await refresh(used.url, client, json["refresh_token"], { scope })).json["error"],
      scope,
    ).toBe("invalid_scope");
});

test("openid alone signs a user in, also without a scope of its own", async () => {
  const user = await used.signUp();
  for (const scopes of [["profile"], ["groups"], []]) {
    const client = await register(used.administrator, { scopes });
    const agreed = await agree(user, client, { scope: "openid" });
    const { status, json } = await redeem(used.url, client, agreed);
    expect([status, json["scope"]]).toEqual([200, scopes[0]]);
    const { json: described } = await post(
      used.url,
      "introspect",
      { token: String(json["access_token"]) },
      client,
    );
    expect(described["sub"]).toBe(user.id);
  }
});

test.each(["unknown", "admin", 'pro"file', "pro\tfile", "profil\u00e9", "x".repeat(8000)])(
  "of %j nothing is left, which is an error that names scope",
  async (scope) => {
    const [user, client] = [await used.signUp(), await register(used.administrator)];
    expect(await refusal(agree(user, client, { scope }))).toMatchObject({
      reason: "SCOPE_INVALID",
      message: expect.stringMatching(/^scope /),
    });
  },
);

describe("a client that acts for itself", () => {
  const asItself = async (scopes: string[]) =>
    register(used.administrator, { grantTypes: ["client_credentials"], scopes });
  const token = async (scopes: string[], scope: string) =>
    (
      await post(
        used.url,
        "token",
        { grant_type: "client_credentials", scope },
        await asItself(scopes),
      )
    ).json;

  test.each([
    [["users.read", "groups.read"], "users.read  unknown openid", "users.read"],
    [["users.read"], "users.read users.write", "users.read"],
    [["users.read"], "openid", "users.read"],
    [["admin"], "users.read", "users.read"],
    [["admin"], "users.read introspect", "users.read introspect"],
    [["admin"], "admin", "admin"],
    [["admin"], "", "admin"],
    [["admin"], "profile users.read", "users.read"],
  ])("of %j, asked for %j, gets %j", async (scopes, scope, granted) => {
    expect((await token(scopes, scope))["scope"]).toBe(granted);
  });

  test.each([
    [["users.read"], "users.write"],
    [["users.read"], "admin"],
    [["admin"], "profile"],
    [["admin"], "unknown"],
  ])("of %j gets nothing for %j", async (scopes, scope) => {
    expect(await token(scopes, scope)).toMatchObject({
      error: "invalid_scope",
      error_description: expect.stringMatching(/^scope /),
    });
  });

  test("with admin does with a narrower token only what that may", async () => {
    const client = await asItself(["admin"]);
    const narrow = used.as(await clientToken(used.url, client, "users.read"));
    expect((await narrow.users.listUsers({ pageSize: 1 })).users).toHaveLength(1);
    expect(await refusal(narrow.oauth.listClients({}))).toMatchObject({
      code: "PermissionDenied",
    });
    const taken = used.as(await clientToken(used.url, client, "users.read"));
    await used.administrator.oauth.updateClient({
      client: { id: client.id, scopes: ["groups.read"] },
      updateMask: { paths: ["scopes"] },
    });
    expect(await refusal(taken.users.listUsers({}))).toMatchObject({ code: "PermissionDenied" });
  });
});

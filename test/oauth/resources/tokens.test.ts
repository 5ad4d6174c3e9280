// Tokens for resources (RFC 8707): what they are for, what they can do, and where they are refused.
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { refusal } from "../../clients/refusal.ts";
import { useServer } from "../../use-server.ts";
import { agree, post, register, type Registered, send } from "../flow.ts";
import { addResource, scopesOf } from "./use-resources.ts";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });
  const redirect_uri = "https://client.example.com/callback";
  const token = (form: Readonly<Record<string, string>>, client: Registered, resource: string[]) =>
    post(
      used.url,
      "token",
      [...Object.entries(form), ...resource.map((uri) => ["resource", uri] as const)],
      client,
    );
  const redeem = (
    client: Registered,
    { code, verifier }: { readonly code: string; readonly verifier: string },
    ...resource: string[]
  ) => {
    const form = { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri };
    return token(form, client, resource);
  };
  const refresh = (
    client: Registered,
    { json }: { readonly json: Readonly<Record<string, unknown>> },
    { resource = [], scope = "" }: { readonly resource?: string[]; readonly scope?: string } = {},
  ) => {
    const refresh_token = String(json["refresh_token"]);
    return token({ grant_type: "refresh_token", refresh_token, scope }, client, resource);
  };
  const introspect = async (client: Registered, text: unknown) =>
    (await post(used.url, "introspect", { token: String(text) }, client)).json;
  const parties = async () => ({
    user: await used.signUp(),
    client: await register(used.administrator),
  });

  test("a code gives a token for the resource, which this server refuses", async () => {
    const { user, client } = await parties();
    const resource = await addResource(used);
    const agreed = await agree(user, client, { resource: [`${resource.uri}/`] });
    const { status, json } = await redeem(client, agreed, resource.uri.replace("api", "API"));
    expect([status, json["scope"], json["expires_in"]]).toEqual([
      200,
      "profile groups orders:read orders:write",
      600,
    ]);
    const text = String(json["access_token"]);
    expect(await introspect(client, text)).toMatchObject({
      active: true,
      aud: resource.uri,
      audience: [resource.uri],
      sub: user.id,
      scope: "profile groups orders:read orders:write",
    });
    expect(await refusal(used.as(text).users.getUser({ userId: "me" }))).toMatchObject({
      reason: "TOKEN_INVALID",
    });
  });

  test("resources are narrowed by a token request and by a refresh, never widened", async () => {
    const { user, client } = await parties();
    const one = await addResource(used, { scopes: scopesOf("one", "shared") });
    const two = await addResource(used, {
      scopes: scopesOf("two", "shared"),
      tokenLifetimeMs: 60_000,
    });
    const other = await addResource(used);
    const agreed = await agree(user, client, {
      resource: [one.uri, two.uri],
      scope: "openid one two shared",
    });
    // An outsider of the agreement, and this server, leave the code as it is.
    for (const uri of [other.uri, used.url, "https://unknown.example/", "relative"])
      expect((await redeem(client, agreed, uri)).json).toMatchObject({ error: "invalid_target" });
    const first = await redeem(client, agreed, one.uri);
    expect(first.json).toMatchObject({ scope: "one shared", expires_in: 600 });
    expect(await introspect(client, first.json["access_token"])).toMatchObject({ aud: one.uri });
    const both = await refresh(client, first);
    expect(both.json).toMatchObject({ scope: "one two shared", expires_in: 60 });
    expect(await introspect(client, both.json["access_token"])).toMatchObject({
      audience: [one.uri, two.uri],
    });
    expect((await refresh(client, both, { resource: [other.uri] })).json).toMatchObject({
      error: "invalid_target",
    });
    const second = await refresh(client, both, { resource: [two.uri], scope: "two" });
    expect(second.json).toMatchObject({ scope: "two", expires_in: 60 });
    expect((await refresh(client, second, { scope: "one three" })).json["scope"]).toBe("one");
  });

  test("an agreement without a resource gives none later", async () => {
    const { user, client } = await parties();
    const resource = await addResource(used);
    const agreed = await agree(user, client);
    expect((await redeem(client, agreed, resource.uri)).json).toMatchObject({
      error: "invalid_target",
    });
    const { json } = await redeem(client, agreed, `${used.url}/`);
    expect(
      (await used.as(String(json["access_token"])).users.getUser({ userId: "me" })).user?.id,
    ).toBe(user.id);
    expect(await introspect(client, json["access_token"])).not.toHaveProperty("audience");
  });

  test("what a resource or a deletion takes away ends at once", async () => {
    const { user, client } = await parties();
    const resource = await addResource(used);
    const got = await redeem(client, await agree(user, client, { resource: [resource.uri] }));
    const text = got.json["access_token"];
    await used.server.store.resources.replace(
      { ...resource, scopes: scopesOf("orders:read"), updatedAt: resource.updatedAt + 1 },
      resource.updatedAt,
    );
    expect((await introspect(client, text))["scope"]).toBe("profile groups orders:read");
    await used.server.store.resources.delete(resource.id);
    expect(await introspect(client, text)).toEqual({ active: false });
    expect((await refresh(client, got)).json).toMatchObject({ error: "invalid_target" });
    expect(await refusal(used.as(String(text)).users.getUser({ userId: "me" }))).toMatchObject({
      reason: "TOKEN_INVALID",
    });
  });

  test("a server introspects the tokens of its resource, and sees no others", async () => {
    const { user, client } = await parties();
    const [server, stranger] = [
      await register(used.administrator),
      await register(used.administrator),
    ];
    const mine = await addResource(used, { introspectors: [server.id], scopes: scopesOf("mine") });
    const other = await addResource(used, { scopes: scopesOf("other") });
    const resource = [other.uri, mine.uri];
    const { json } = await redeem(client, await agree(user, client, { resource }));
    const seen = await introspect(server, json["access_token"]);
    expect(seen).toMatchObject({ active: true, aud: mine.uri, audience: [mine.uri] });
    expect(seen["scope"]).toBe("profile groups mine");
    expect(await introspect(server, json["refresh_token"])).toEqual({ active: false });
    expect(await introspect(stranger, json["access_token"])).toEqual({ active: false });
    const narrow = await refresh(client, { json }, { resource: [other.uri] });
    expect(await introspect(server, narrow.json["access_token"])).toEqual({ active: false });
  });

  test("a client gets tokens for itself where the resource names it", async () => {
    const machine = await register(used.administrator, { grantTypes: ["client_credentials"] });
    const open = await addResource(used, { machineClients: [machine.id] });
    const closed = await addResource(used);
    const form = { grant_type: "client_credentials" };
    for (const wrong of [[closed.uri], [open.uri, closed.uri], [open.uri, used.url]])
      expect((await token(form, machine, wrong)).json).toMatchObject({ error: "invalid_target" });
    expect((await token({ ...form, scope: "users.read" }, machine, [open.uri])).json).toMatchObject(
      {
        error: "invalid_scope",
      },
    );
    const { json } = await token({ ...form, scope: "orders:read" }, machine, [open.uri]);
    expect(json).toMatchObject({ scope: "orders:read", expires_in: 600 });
    const text = json["access_token"];
    expect(await introspect(machine, text)).toMatchObject({ aud: open.uri, sub: machine.id });
    await used.server.store.resources.replace(
      { ...open, machineClients: [], updatedAt: open.updatedAt + 1 },
      open.updatedAt,
    );
    expect(await introspect(machine, text)).toEqual({ active: false });
  });

  test("a signed token has the claims of RFC 9068, and ends like every other", async () => {
    const { user, client } = await parties();
    const [jwt, opaque] = [
      await addResource(used, { tokenFormat: "jwt" }),
      await addResource(used),
    ];
    const got = await redeem(
      client,
      await agree(user, client, { resource: [jwt.uri, opaque.uri] }),
    );
    expect(got.json["access_token"]).toMatch(/^lka_/);
    const { json } = await refresh(client, got, { resource: [jwt.uri], scope: "orders:read" });
    const text = String(json["access_token"]);
    const keys = (await (await fetch(`${used.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
    const { payload, protectedHeader } = await jwtVerify(text, createLocalJWKSet(keys), {
      issuer: used.url,
      audience: jwt.uri,
      typ: "at+jwt",
      requiredClaims: ["exp", "iat", "jti", "sub", "client_id", "scope"],
    });
    expect(protectedHeader.kid).toBeDefined();
    expect(payload).toMatchObject({ sub: user.id, client_id: client.id, scope: "orders:read" });
    expect(payload.exp! - payload.iat!).toBe(600);
    expect(await introspect(client, text)).toMatchObject({ active: true, aud: jwt.uri });
    expect(await refusal(used.as(text).users.getUser({ userId: "me" }))).toMatchObject({
      reason: "TOKEN_INVALID",
    });
    expect((await post(used.url, "revoke", { token: text }, client)).status).toBe(200);
    expect(await introspect(client, text)).toEqual({ active: false });
    const machine = await register(used.administrator, { grantTypes: ["client_credentials"] });
    const own = await addResource(used, { tokenFormat: "jwt", machineClients: [machine.id] });
    const form = { grant_type: "client_credentials" };
    const { json: made } = await token(form, machine, [own.uri]);
    const { payload: claims } = await jwtVerify(
      String(made["access_token"]),
      createLocalJWKSet(keys),
      { audience: own.uri, typ: "at+jwt" },
    );
    expect(claims.sub).toBe(machine.id);
    const ended = await send(`${used.url}/oauth2/introspect`, {
      form: { token: `${text}x` },
      client,
    });
    expect(ended.json).toEqual({ active: false });
  });

  test("metadata lists the scopes of resources", async () => {
    await addResource(used, { scopes: scopesOf("listed:scope") });
    await expect
      .poll(
        async () =>
          (
            (await (await fetch(`${used.url}/.well-known/oauth-authorization-server`)).json()) as {
              scopes_supported: string[];
            }
          ).scopes_supported,
      )
      .toContain("listed:scope");
  });
});

describe("while no resource is registered", () => {
  const used = useServer();
  test("an unknown one changes nothing; afterwards it is invalid_target", async () => {
    const client = await register(used.administrator, {
      grantTypes: ["client_credentials"],
      scopes: ["introspect"],
    });
    const form = { grant_type: "client_credentials", resource: "https://unknown.example/" };
    const { json } = await post(used.url, "token", form, client);
    expect(json).toMatchObject({ scope: "introspect" });
    await addResource(used);
    expect((await post(used.url, "token", form, client)).json).toMatchObject({
      error: "invalid_target",
      error_description: expect.stringContaining("https://unknown.example/"),
    });
  });
});

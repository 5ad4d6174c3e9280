// Token exchange, RFC 8693: which clients get what for the token of a user, and when that ends.
import { describe, expect, test } from "vitest";
import { decodeJwt } from "jose";
import { useServer } from "../../use-server.ts";
import { agree, post, register, type Registered } from "../flow.ts";
import { addResource, scopesOf } from "./use-resources.ts";

const ACCESS = "urn:ietf:params:oauth:token-type:access_token";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const redirect_uri = "https://client.example.com/callback";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });
  const gateway = (...more: string[]) =>
    register(used.administrator, { grantTypes: [EXCHANGE, "client_credentials", ...more] });
  const exchange = (
    client: Registered,
    subject: unknown,
    more: Readonly<Record<string, string>> = {},
  ) =>
    post(
      used.url,
      "token",
      {
        grant_type: EXCHANGE,
        subject_token: String(subject),
        subject_token_type: ACCESS,
        ...more,
      },
      client,
    );
  const introspect = async (client: Registered, text: unknown) =>
    (await post(used.url, "introspect", { token: String(text) }, client)).json;
  /** A user's token for a resource that a gateway serves. */
  const given = async ({ scope = "shared mine" } = {}) => {
    const [user, app, server] = [
      await used.signUp(),
      await register(used.administrator),
      await gateway(),
    ];
    const front = await addResource(used, {
      introspectors: [server.id],
      scopes: scopesOf("shared", "mine"),
      tokenLifetimeMs: 300_000,
    });
    const back = await addResource(used, {
      machineClients: [server.id],
      introspectors: [server.id],
      scopes: scopesOf("shared", "theirs"),
    });
    const { code, verifier } = await agree(user, app, { resource: [front.uri], scope });
    const form = { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri };
    const { json } = await post(used.url, "token", form, app);
    return { user, app, server, front, back, json, token: json["access_token"] };
  };

  test("the server of a resource gets a token for another one, in the user's name", async () => {
    const { user, app, server, back, token } = await given();
    const { status, json } = await exchange(server, token, { resource: back.uri });
    expect([status, json]).toEqual([
      200,
      {
        access_token: expect.stringMatching(/^lka_/),
        issued_token_type: ACCESS,
        token_type: "Bearer",
        expires_in: expect.any(Number),
        scope: "shared",
      },
    ]);
    // Never longer than the token that it comes from, which lasts 300 seconds.
    expect(json["expires_in"]).toBeLessThanOrEqual(300);
    expect(await introspect(server, json["access_token"])).toMatchObject({
      sub: user.id,
      client_id: server.id,
      aud: back.uri,
      act: { sub: server.id, client_id: server.id },
    });
    const [event] = await used.server.store.audit.list({ type: "token.exchange" }, { limit: 1 });
    expect(event).toMatchObject({
      userId: user.id,
      clientId: server.id,
      details: { subject_client: app.id, scope: "shared", resource: back.uri },
    });
  });

  test("a chain of parties and an actor token are named, also in a signed token", async () => {
    const { user, server, back, token } = await given();
    const next = await gateway();
    await used.server.store.resources.replace(
      { ...back, introspectors: [next.id], updatedAt: back.updatedAt + 1 },
      back.updatedAt,
    );
    const last = await addResource(used, {
      machineClients: [next.id],
      scopes: scopesOf("shared"),
      tokenFormat: "jwt",
    });
    const first = await exchange(server, token, { audience: back.uri });
    const own = await post(used.url, "token", { grant_type: "client_credentials" }, next);
    const { json } = await exchange(next, first.json["access_token"], {
      resource: last.uri,
      actor_token: String(own.json["access_token"]),
      actor_token_type: ACCESS,
    });
    const act = {
      sub: next.id,
      client_id: next.id,
      act: { sub: server.id, client_id: server.id },
    };
    expect(decodeJwt(String(json["access_token"]))).toMatchObject({ sub: user.id, act });
    expect(await introspect(next, json["access_token"])).toMatchObject({ act });
  });

  test("a client narrows its own token, without an actor", async () => {
    const { app, front, json } = await given();
    await used.administrator.oauth.updateClient({
      client: { id: app.id, grantTypes: ["authorization_code", "refresh_token", EXCHANGE] },
    });
    const narrow = await exchange(app, json["access_token"], { scope: "mine" });
    expect(narrow.json).toMatchObject({ scope: "mine" });
    const seen = await introspect(app, narrow.json["access_token"]);
    expect(seen).toMatchObject({ aud: front.uri });
    expect(seen).not.toHaveProperty("act");
    expect(
      (await exchange(app, narrow.json["access_token"], { scope: "shared" })).json,
    ).toMatchObject({ error: "invalid_scope" });
  });

  test("is refused to the wrong client, for the wrong token and the wrong resource", async () => {
    const { app, server, front, back, json, token } = await given();
    const [stranger, pub] = [await gateway(), await register(used.administrator, { public: true })];
    const own = await post(used.url, "token", { grant_type: "client_credentials" }, server);
    const closed = await addResource(used);
    const type = { subject_token_type: "urn:ietf:params:oauth:token-type:id_token" };
    const wrong = [
      [stranger, token, {}, "invalid_request"],
      [app, token, {}, "unauthorized_client"],
      [pub, token, {}, "unauthorized_client"],
      [server, "", {}, "invalid_request"],
      [server, "lka_unknown", {}, "invalid_request"],
      [server, json["refresh_token"], {}, "invalid_request"],
      [server, own.json["access_token"], {}, "invalid_request"],
      [server, token, type, "invalid_request"],
      [server, token, { requested_token_type: "urn:x:y" }, "invalid_request"],
      [server, token, { actor_token_type: ACCESS }, "invalid_request"],
      [server, token, { actor_token: String(token), actor_token_type: ACCESS }, "invalid_request"],
      [server, token, { actor_token: "x", actor_token_type: "urn:x:y" }, "invalid_request"],
      [server, token, { resource: closed.uri }, "invalid_target"],
      [server, token, { audience: closed.uri }, "invalid_target"],
      [server, token, { resource: `${used.url}/` }, "invalid_target"],
      [server, token, { resource: "https://unknown.example/" }, "invalid_target"],
      [server, token, { resource: back.uri, scope: "theirs" }, "invalid_scope"],
      [server, token, { resource: front.uri, scope: "users.read" }, "invalid_scope"],
    ] as const;
    let count = 0;
    for (const [client, subject, more, error] of wrong) {
      const answer = await exchange(client, subject, more);
      expect([more, answer.json["error"]]).toEqual([more, error]);
      expect(answer.json["error_description"]).toMatch(/\w/);
      count++;
    }
    expect(count).toBe(18);
  });

  test.each([
    [
      "the family",
      async ({ app, json }) => {
        await post(used.url, "revoke", { token: String(json["refresh_token"]) }, app);
      },
    ],
    [
      "the consent",
      async ({ user }) => {
        const { grants } = await user.oauth.listGrants({ userId: "me" });
        await user.oauth.revokeGrant({ grantId: grants[0]!.id });
      },
    ],
    [
      "the user's access",
      async ({ user }) => {
        await used.administrator.users.endUserAccess({ userId: user.id });
      },
    ],
    [
      "the first client",
      async ({ app }) => {
        await used.administrator.oauth.deleteClient({ clientId: app.id });
      },
    ],
    [
      "the first client, switched off",
      async ({ app }) => {
        await used.administrator.oauth.disableClient({ clientId: app.id, reason: "x" });
      },
    ],
  ] as readonly (readonly [
    string,
    (parties: Awaited<ReturnType<typeof given>>) => Promise<void>,
  ])[])("ends with %s", async (_, end) => {
    const parties = await given();
    const { server, back, token } = parties;
    const { json } = await exchange(server, token, { resource: back.uri });
    const again = await exchange(server, json["access_token"], { scope: "shared" });
    expect(await introspect(server, again.json["access_token"])).toMatchObject({ active: true });
    await end(parties);
    for (const text of [json["access_token"], again.json["access_token"]])
      expect(await introspect(server, text)).toEqual({ active: false });
    expect((await exchange(server, token, { resource: back.uri })).json["error"]).toBe(
      "invalid_request",
    );
  });

  test("20 exchanges beside a revocation leave no token that works", async () => {
    const { app, server, back, json, token } = await given();
    const [, ...got] = await Promise.all([
      post(used.url, "revoke", { token: String(json["refresh_token"]) }, app),
      ...Array.from({ length: 20 }, () => exchange(server, token, { resource: back.uri })),
    ]);
    expect(got).toHaveLength(20);
    for (const { status, json: answer } of got) {
      expect([200, 400]).toContain(status);
      if (status === 200)
        expect(await introspect(server, answer["access_token"])).toEqual({ active: false });
    }
  });

  test("is an RPC too", async () => {
    const { server, back, token } = await given();
    const { accessToken, issuedTokenType, scope } = await used.as().oauth.exchangeToken({
      subjectToken: String(token),
      subjectTokenType: ACCESS,
      resource: [back.uri],
      clientId: server.id,
      clientSecret: server.secret,
    });
    expect([issuedTokenType, scope]).toEqual([ACCESS, "shared"]);
    expect(await introspect(server, accessToken)).toMatchObject({ aud: back.uri });
  });
});

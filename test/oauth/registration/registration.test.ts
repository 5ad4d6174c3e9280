// Dynamic client registration, RFC 7591, and its management, RFC 7592.
import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { stores } from "../../mariadb.ts";
import { useServer } from "../../use-server.ts";
import { agree, isActive, redeem } from "../flow.ts";
import { CALLBACK, manage, NATIVE, registerItself } from "./calls.ts";

const publicJwk = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({
  format: "jwk",
});

describe.each(stores)("open registration ($engine)", ({ engine }) => {
  const used = useServer({
    engine,
    environment: { CLIENT_REGISTRATION: "open", CLIENT_REGISTRATIONS_PER_NETWORK: "1000" },
  });
  const register = (metadata: object) => registerItself(used.url, metadata);
  const refusal = async (metadata: object): Promise<unknown[]> => {
    const { status, json } = await register(metadata);
    return [status, json["error"]];
  };

  test("answers 201 with everything that is registered, and the client works", async () => {
    const answer = await register({ ...NATIVE, redirect_uris: [CALLBACK], contacts: ["a@b.c"] });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.json).toMatchObject({
      redirect_uris: [CALLBACK],
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      client_name: "An editor",
      application_type: "native",
      contacts: ["a@b.c"],
      registration_access_token: expect.stringMatching(/^lkcr_[\w-]{43}$/),
      registration_client_uri: `${used.url}/oauth2/clients/${String(answer.json["client_id"])}`,
      client_id_issued_at: expect.any(Number),
    });
    expect(answer.json["client_secret"]).toBeUndefined();
    const client = { id: String(answer.json["client_id"]), secret: "" };
    const user = await used.signUp();
    const { status, json } = await redeem(used.url, client, await agree(user, client));
    expect([status, typeof json["refresh_token"]]).toEqual([200, "string"]);
  });

  test("gives a confidential client a secret, which it is never shown again", async () => {
    const metadata = { redirect_uris: [CALLBACK], client_name: "A shop" };
    const answer = await register(metadata);
    expect(answer.json).toMatchObject({
      client_secret: expect.stringMatching(/^lkcs_/),
      client_secret_expires_at: 0,
      token_endpoint_auth_method: "client_secret_basic",
      grant_types: ["authorization_code"],
    });
    const { client_secret: secret, ...rest } = answer.json;
    const read = await manage(answer, "GET");
    const { client_secret_expires_at: _, ...others } = rest;
    expect([read.status, read.json]).toEqual([200, others]);
    const client = { id: String(answer.json["client_id"]), secret: String(secret) };
    const { json } = await redeem(used.url, client, await agree(await used.signUp(), client));
    expect(await isActive(used.url, client, json["access_token"])).toBe(true);
    expect(json["refresh_token"]).toBeUndefined();
  });

  test("ignores unknown members, and narrows what it can't give", async () => {
    const { status, json } = await register({
      ...NATIVE,
      scope: "profile admin users.write mcp:tools",
      grant_types: ["authorization_code", "implicit", "client_credentials"],
      response_types: ["code", "id_token"],
      resource: "https://mcp.example.com/",
      "client_name#ja": "エディタ",
      require_signed_request_object: { nested: true },
    });
    expect([status, json["scope"], json["grant_types"], json["response_types"]]).toEqual([
      201,
      "profile",
      ["authorization_code"],
      ["code"],
    ]);
  });

  test("names a client without a name by its host", async () => {
    expect((await register({ redirect_uris: [CALLBACK] })).json["client_name"]).toBe(
      "client.example.com",
    );
  });

  const REFUSED: readonly (readonly [error: string, metadata: object])[] = [
    ["invalid_redirect_uri", {}],
    ["invalid_redirect_uri", { redirect_uris: [] }],
    ["invalid_redirect_uri", { redirect_uris: ["http://client.example.com/"] }],
    ["invalid_redirect_uri", { redirect_uris: ["https://client.example.com/*"] }],
    ["invalid_redirect_uri", { redirect_uris: ["javascript:alert(1)"] }],
    ["invalid_redirect_uri", { ...NATIVE, application_type: "web" }],
    [
      "invalid_redirect_uri",
      { ...NATIVE, redirect_uris: ["com.example.app:/cb"], application_type: "web" },
    ],
    ["invalid_client_metadata", { redirect_uris: CALLBACK }],
    ["invalid_client_metadata", { redirect_uris: [CALLBACK], application_type: "machine" }],
    ["invalid_client_metadata", { redirect_uris: [CALLBACK], grant_types: ["implicit"] }],
    ["invalid_client_metadata", { redirect_uris: [CALLBACK], grant_types: ["refresh_token"] }],
    ["invalid_client_metadata", { redirect_uris: [CALLBACK], grant_types: ["client_credentials"] }],
    ["invalid_client_metadata", { redirect_uris: [CALLBACK], response_types: ["token"] }],
    ["invalid_client_metadata", { redirect_uris: [CALLBACK], client_name: "\u202eevil" }],
    ["invalid_client_metadata", { redirect_uris: [CALLBACK], client_name: "a".repeat(201) }],
    ["invalid_client_metadata", { redirect_uris: [CALLBACK], policy_uri: "http://a.example/" }],
    ["invalid_client_metadata", { redirect_uris: [CALLBACK], jwks: {} }],
    ["invalid_client_metadata", { redirect_uris: [CALLBACK], jwks: "keys" }],
    ["invalid_client_metadata", { redirect_uris: [CALLBACK], jwks: { keys: [{ kty: "oct" }] } }],
    ["invalid_client_metadata", { redirect_uris: [CALLBACK], default_max_age: -1 }],
    [
      "invalid_client_metadata",
      {
        redirect_uris: [CALLBACK],
        jwks: { keys: [publicJwk] },
        jwks_uri: "https://client.example.com/jwks",
      },
    ],
    [
      "invalid_client_metadata",
      { redirect_uris: [CALLBACK], token_endpoint_auth_method: "client_secret_jwt" },
    ],
    [
      "invalid_client_metadata",
      { redirect_uris: [CALLBACK], token_endpoint_auth_method: "tls_client_auth" },
    ],
    [
      "invalid_client_metadata",
      {
        redirect_uris: [CALLBACK],
        token_endpoint_auth_method: "none",
        grant_types: ["client_credentials"],
      },
    ],
    [
      "invalid_software_statement",
      { redirect_uris: [CALLBACK], software_statement: "eyJhbGciOiJub25lIn0.e30." },
    ],
  ];

  test("refuses what can't be registered, with the errors of section 3.2.2", async () => {
    let count = 0;
    for (const [error, metadata] of REFUSED) {
      expect([JSON.stringify(metadata), ...(await refusal(metadata))]).toEqual([
        JSON.stringify(metadata),
        400,
        error,
      ]);
      count++;
    }
    expect(count).toBe(25);
  });

  test("names a wrong member as the client has sent it", async () => {
    const { json } = await register({ redirect_uris: [CALLBACK], policy_uri: "http://a.example" });
    expect(json["error_description"]).toBe("policy_uri is not an https address.");
  });

  test("replaces the registration with PUT: what is left out has its default again", async () => {
    const answer = await register({
      ...NATIVE,
      policy_uri: "https://client.example.com/privacy",
      default_max_age: 60,
    });
    const { client_id: id } = answer.json;
    const metadata = { client_id: id, ...NATIVE, client_name: "Another editor" };
    const changed = await manage(answer, "PUT", { json: metadata });
    expect(changed.status).toBe(200);
    expect(changed.json).toMatchObject({ client_id: id, client_name: "Another editor" });
    expect(changed.json["policy_uri"]).toBeUndefined();
    expect((await manage(answer, "GET")).json).toEqual(changed.json);
    expect(changed.json["registration_access_token"]).toBe(
      answer.json["registration_access_token"],
    );
  });

  test("refuses a PUT that RFC 7592 section 2.2 doesn't allow", async () => {
    const answer = await register({ redirect_uris: [CALLBACK] });
    const { client_id: id, client_secret: secret } = answer.json;
    const right = { client_id: id, redirect_uris: [CALLBACK] };
    const wrong: readonly object[] = [
      { redirect_uris: [CALLBACK] },
      { ...right, client_id: "another" },
      { ...right, client_secret: "lkcs_of-my-own" },
      { ...right, token_endpoint_auth_method: "none" },
      { ...right, registration_access_token: answer.json["registration_access_token"] },
      { ...right, registration_client_uri: answer.json["registration_client_uri"] },
      { ...right, client_secret_expires_at: 0 },
      { ...right, client_id_issued_at: 1 },
      { ...right, redirect_uris: [] },
    ];
    let count = 0;
    for (const json of wrong) {
      expect([JSON.stringify(json), (await manage(answer, "PUT", { json })).status]).toEqual([
        JSON.stringify(json),
        400,
      ]);
      count++;
    }
    expect(count).toBe(9);
    const kept = { ...right, client_secret: secret };
    expect((await manage(answer, "PUT", { json: kept })).status).toBe(200);
  });

  test("lets only the bearer of the registration token manage a client", async () => {
    const [mine, others] = [await register(NATIVE), await register(NATIVE)];
    const json = { client_id: mine.json["client_id"], ...NATIVE };
    const tokens = [
      String(others.json["registration_access_token"]),
      `${String(mine.json["registration_access_token"])}x`,
      "lkcr_wrong",
      "",
    ];
    let count = 0;
    for (const token of tokens)
      for (const method of ["GET", "PUT", "DELETE"] as const) {
        const answer = await manage(mine, method, {
          token,
          ...(method === "PUT" && { json }),
        });
        expect([method, token, answer.status]).toEqual([method, token, 401]);
        expect(answer.headers.get("www-authenticate")).toBe(
          token === "" ? "Bearer" : 'Bearer error="invalid_token"',
        );
        count++;
      }
    expect(count).toBe(12);
    expect((await manage(mine, "GET")).status).toBe(200);
  });

  test("doesn't let a client of another caller be managed by any token", async () => {
    const { client } = await used.administrator.oauth.createClient({
      client: { name: "Of an administrator", redirectUris: [CALLBACK] },
    });
    const address = `${used.url}/oauth2/clients/${client!.id}`;
    for (const token of ["lkcr_", await used.server.administratorToken()]) {
      const answer = await manage({ json: { registration_client_uri: address } }, "GET", { token });
      expect(answer.status).toBe(401);
    }
  });

  test("ends the tokens of a client that deletes itself", async () => {
    const answer = await register({ ...NATIVE, redirect_uris: [CALLBACK] });
    const client = { id: String(answer.json["client_id"]), secret: "" };
    const user = await used.signUp();
    const { json } = await redeem(used.url, client, await agree(user, client));
    const gone = await manage(answer, "DELETE");
    expect([gone.status, gone.json]).toEqual([204, {}]);
    expect((await manage(answer, "GET")).status).toBe(401);
    expect((await manage(answer, "DELETE")).status).toBe(401);
    const call = await fetch(`${used.url}/v1/users/me`, {
      headers: { authorization: `Bearer ${String(json["access_token"])}` },
    });
    expect(call.status).toBe(401);
  });

  test("refuses every call of a client that an administrator has switched off", async () => {
    const answer = await register(NATIVE);
    const clientId = String(answer.json["client_id"]);
    await used.administrator.oauth.disableClient({ clientId, reason: "phishing" });
    for (const method of ["GET", "DELETE"] as const)
      expect([method, (await manage(answer, method)).status]).toEqual([method, 403]);
    const { client } = await used.administrator.oauth.getClient({ clientId });
    expect([client?.selfRegistered, client?.disabled]).toEqual([true, true]);
  });

  test("ends a verification when the client changes what users see", async () => {
    const answer = await register(NATIVE);
    const clientId = String(answer.json["client_id"]);
    await used.administrator.oauth.verifyClient({ clientId });
    const verified = async () =>
      (await used.administrator.oauth.getClient({ clientId })).client?.verified;
    await manage(answer, "PUT", { json: { client_id: clientId, ...NATIVE } });
    expect(await verified()).toBe(true);
    const json = { client_id: clientId, ...NATIVE, client_name: "Your bank" };
    await manage(answer, "PUT", { json });
    expect(await verified()).toBe(false);
  });

  test("deletes and changes at once without bringing the client back", async () => {
    const answer = await register(NATIVE);
    const json = { client_id: answer.json["client_id"], ...NATIVE };
    const calls = Array.from({ length: 20 }, (_, index) =>
      index % 4 === 0
        ? manage(answer, "DELETE")
        : manage(answer, "PUT", { json: { ...json, client_name: `Name ${index}` } }),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    expect(statuses.filter((status) => ![200, 204, 401].includes(status))).toEqual([]);
    expect((await manage(answer, "GET")).status).toBe(401);
  });

  test("is in the audit trail, without a token or a secret", async () => {
    const answer = await register({ redirect_uris: [CALLBACK] });
    const clientId = String(answer.json["client_id"]);
    await manage(answer, "DELETE");
    const { auditEvents } = await used.administrator.audit.listAuditEvents({ clientId });
    expect(auditEvents.map(({ type }) => type).toSorted()).toEqual([
      "client.delete",
      "client.register",
    ]);
    const said = JSON.stringify(auditEvents.map(({ details }) => details));
    const log = used.server.log.join("\n");
    for (const secret of ["client_secret", "registration_access_token"] as const) {
      expect(said).not.toContain(String(answer.json[secret]));
      expect(log).not.toContain(String(answer.json[secret]));
    }
  });

  test("is in the metadata", async () => {
    const response = await fetch(`${used.url}/.well-known/oauth-authorization-server`);
    expect(((await response.json()) as Record<string, unknown>)["registration_endpoint"]).toBe(
      `${used.url}/oauth2/clients`,
    );
  });
});

// Introspection (RFC 7662), revocation (RFC 7009), and what the server says of itself (RFC 8414,
// RFC 7517).
import { CLIENT_ALGORITHMS, STRONG_ALGORITHMS } from "../../src/domain/oauth/proofs/algorithms.ts";
import { type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { OAuthService } from "../../gen/identity/v1/oauth_pb.ts";
import { DAY, MINUTE, movableClock } from "../identity/clock.ts";
import { stores } from "../mariadb.ts";
import { startServer } from "../server.ts";
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

describe("metadata", () => {
  const PAGES = ["authorization_endpoint", "end_session_endpoint"];
  const WELL_KNOWN = "/.well-known/oauth-authorization-server";

  test("lists what there is, and nothing else", async () => {
    const response = await fetch(used.url + WELL_KNOWN);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await response.json()).toEqual({
      issuer: used.url,
      authorization_endpoint: `${used.url}/oauth2/authorize`,
      response_modes_supported: ["query", "form_post"],
      ui_locales_supported: ["en", "ru", "zh"],
      token_endpoint: `${used.url}/oauth2/token`,
      revocation_endpoint: `${used.url}/oauth2/revoke`,
      introspection_endpoint: `${used.url}/oauth2/introspect`,
      jwks_uri: `${used.url}/.well-known/jwks.json`,
      response_types_supported: ["code"],
      grant_types_supported: [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:token-exchange",
      ],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: [
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "none",
      ],
      revocation_endpoint_auth_methods_supported: [
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "none",
      ],
      scopes_supported: [
        "openid",
        "profile",
        "email",
        "phone",
        "address",
        "groups",
        "offline_access",
      ],
      introspection_endpoint_auth_methods_supported: [
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
      ],
      token_endpoint_auth_signing_alg_values_supported: CLIENT_ALGORITHMS,
      revocation_endpoint_auth_signing_alg_values_supported: CLIENT_ALGORITHMS,
      introspection_endpoint_auth_signing_alg_values_supported: CLIENT_ALGORITHMS,
      client_id_metadata_document_supported: true,
      dpop_signing_alg_values_supported: STRONG_ALGORITHMS,
      pushed_authorization_request_endpoint: `${used.url}/oauth2/par`,
      require_pushed_authorization_requests: false,
      request_object_signing_alg_values_supported: CLIENT_ALGORITHMS,
      request_parameter_supported: true,
      request_uri_parameter_supported: false,
      authorization_response_iss_parameter_supported: true,
      subject_types_supported: ["public", "pairwise"],
      id_token_signing_alg_values_supported: ["RS256", "ES256"],
      acr_values_supported: ["urn:latchkey:acr:password"],
      prompt_values_supported: ["none", "login", "consent", "select_account"],
      display_values_supported: ["page", "popup", "touch", "wap"],
      claim_types_supported: ["normal"],
      claims_parameter_supported: true,
      end_session_endpoint: `${used.url}/oauth2/logout`,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
  });

  test.each([
    { host: "evil.example" },
    { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
    { forwarded: "host=evil.example;proto=https" },
  ])("is the same with the headers %j", async (headers) => {
    // fetch sends no other Host than the URL's.
    const response = await new Promise<IncomingMessage>((resolve, reject) =>
      request(used.url + WELL_KNOWN, { headers, agent: false }, resolve)
        .on("error", reject)
        .end(),
    );
    const metadata = await json(response);
    expect(JSON.stringify(metadata)).not.toContain("evil");
    expect(metadata).toMatchObject({ issuer: used.url });
  });

  test("every endpoint that it names exists, and so do the RPCs", async () => {
    const metadata = (await (await fetch(used.url + WELL_KNOWN)).json()) as Record<string, unknown>;
    for (const [name, url] of Object.entries(metadata).filter(
      ([key]) => key.endsWith("_endpoint") && !PAGES.includes(key),
    ))
      expect([400, 401], name).toContain((await fetch(String(url), { method: "POST" })).status);
    expect(OAuthService.methods.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["Token", "Revoke", "Introspect", "GetMetadata", "GetJwks"]),
    );
  });

  test("the keys are public and strong, and each has its own kid", async () => {
    const { keys } = (await (await fetch(`${used.url}/.well-known/jwks.json`)).json()) as {
      keys: Record<string, string>[];
    };
    expect(keys).toHaveLength(2);
    const [ec = {}, rsa = {}] = keys;
    expect(Object.keys(ec).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
    expect(ec).toMatchObject({ kty: "EC", crv: "P-256", alg: "ES256", use: "sig" });
    expect(Object.keys(rsa).sort()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
    expect(rsa).toMatchObject({ kty: "RSA", alg: "RS256", use: "sig" });
    expect(Buffer.from(rsa["n"] ?? "", "base64url")).toHaveLength(2048 / 8);
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
  });
});

test("with PUBLIC_URL, that is the issuer everywhere", async () => {
  const database = await stores[0].empty();
  const server = await startServer(database.options, {
    PUBLIC_URL: "https://id.example.com/base/",
  });
  try {
    const metadata = await (
      await fetch(`${server.url}/.well-known/oauth-authorization-server`)
    ).json();
    expect(metadata).toMatchObject({
      issuer: "https://id.example.com/base",
      token_endpoint: "https://id.example.com/base/oauth2/token",
    });
  } finally {
    await server.stop();
    await database.remove();
  }
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

// Calls from pages of other origins, as browsers make them. test/clients/page.test.ts does it with
// clients in Chromium.
import { connect, constants } from "node:http2";
import { describe, expect, test, beforeAll } from "vitest";
import { ClientType } from "../../gen/identity/v1/oauth_pb.ts";
import { unique, useServer } from "../use-server.ts";
import { Agent } from "../web/agent.ts";

const SET = "https://set.example";
const used = useServer({
  environment: { CORS_ORIGINS: SET, SIGN_IN_ACCOUNT_FAILURES: "1" },
});
const APP = "https://app.example";
const LISTED = "https://listed.example:8443";
const SECRETIVE = "https://secretive.example";
const EVIL = "https://evil.example";

beforeAll(async () => {
  const { oauth } = used.administrator;
  await oauth.createClient({
    client: {
      name: "In a browser",
      type: ClientType.PUBLIC,
      redirectUris: [`${APP}/callback`, "http://127.0.0.1:5173/callback"],
      scopes: ["profile"],
    },
  });
  await oauth.createClient({
    client: {
      name: "On a server",
      redirectUris: [`${SECRETIVE}/callback`],
      allowedOrigins: [LISTED],
    },
  });
});

const call = (path: string, origin: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${used.url}${path}`, {
    redirect: "manual",
    ...init,
    headers: { origin, ...(init.headers as Record<string, string> | undefined) },
  });
const preflight = (path: string, origin: string, more: Record<string, string> = {}) =>
  call(path, origin, {
    method: "OPTIONS",
    headers: {
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
      ...more,
    },
  });
const allowed = ({ headers }: Response): string | null =>
  headers.get("access-control-allow-origin");

const CALLS = [
  "/oauth2/token",
  "/oauth2/revoke",
  "/oauth2/introspect",
  "/oauth2/userinfo",
  "/v1/users/me",
  "/v1/users/019a0d8e-52c1-7cc5-8a0e-6d7a4f7c2b11",
  "/v1/sessions",
  "/identity.v1.UserService/GetUser",
  "/identity.v1.OAuthService/Token",
  "/grpc.health.v1.Health/Check",
  "/identity.v1.UserService/Nothing",
  "/v1/nothing",
];

describe.each(CALLS)("%s", (path) => {
  test.each([APP, LISTED, SET, "http://127.0.0.1:4000", "http://127.0.0.1"])(
    "may be called from %s",
    async (origin) => {
      const response = await preflight(path, origin);
      expect([response.status, await response.text()]).toEqual([204, ""]);
      expect(allowed(response)).toBe(origin);
      const { headers } = response;
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      expect(headers.get("vary")).toBe("origin");
      expect(headers.get("access-control-allow-methods")).toContain("PATCH");
      const names = headers.get("access-control-allow-headers")!.split(", ");
      for (const name of [
        "authorization",
        "content-type",
        "connect-protocol-version",
        "connect-timeout-ms",
        "dpop",
        "grpc-timeout",
        "idempotency-key",
        "mcp-protocol-version",
        "x-grpc-web",
        "x-user-agent",
      ])
        expect(names).toContain(name);
    },
  );

  test.each([SECRETIVE, EVIL, "null", "http://app.example", `${APP}.evil.example`, `${APP}:444`])(
    "may not be called from %s",
    async (origin) => {
      const response = await preflight(path, origin);
      expect([response.status, allowed(response), response.headers.get("vary")]).toEqual([
        204,
        null,
        "origin",
      ]);
      expect(allowed(await call(path, origin))).toBeNull();
    },
  );
});

test.each([
  "/.well-known/oauth-authorization-server",
  "/.well-known/jwks.json",
  "/.well-known/nothing",
  "/identity.v1.OAuthService/GetMetadata",
  "/identity.v1.OAuthService/GetJwks",
])("%s is for everybody", async (path) => {
  for (const origin of [EVIL, "null", APP]) {
    const asked = await preflight(path, origin, {
      "access-control-request-method": "GET",
      "access-control-request-headers": "mcp-protocol-version",
    });
    expect([asked.status, allowed(asked)]).toEqual([204, "*"]);
    expect(asked.headers.get("access-control-allow-headers")).toContain("mcp-protocol-version");
    expect(allowed(await call(path, origin))).toBe("*");
  }
  // A cache may keep it for pages.
  expect(allowed(await fetch(`${used.url}${path}`))).toBe("*");
});

test.each([
  "/",
  "/sign-in",
  "/continue?request=x",
  "/account",
  "/oauth2/authorize",
  "/oauth2/",
  "/login/",
  "/healthz",
  "/readyz",
  "/user/login",
  "/ajax/cabinet/OAuth2token",
  "/nothing",
])("%s is for no other origin", async (path) => {
  for (const response of [await preflight(path, APP), await call(path, APP)])
    expect(allowed(response)).toBeNull();
});

const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

test("errors can be read too", async () => {
  const user = await used.signUp();
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const framed = { "content-type": "application/grpc-web+proto", "x-grpc-web": "1" };
  const password = { username: user.username, password: "wrong" };
  const answers: readonly (readonly [number, string, RequestInit])[] = [
    [401, "/oauth2/token", { method: "POST", headers: form, body: "grant_type=x" }],
    [
      400,
      "/v1/sessions",
      { method: "POST", headers: { "content-type": "application/json" }, body: "{" },
    ],
    [401, "/v1/users/me", {}],
    [401, "/identity.v1.UserService/GetUser", json({ userId: "me" })],
    [404, "/v1/nothing", {}],
    [404, "/identity.v1.UserService/Nothing", json({})],
    [405, "/oauth2/token", { method: "PUT" }],
    [413, "/v1/sessions", json("x".repeat(70_000))],
    [415, "/v1/sessions", { method: "POST", headers: { "content-type": "text/x" }, body: "x" }],
    [401, "/v1/sessions", json(password)],
    [429, "/v1/sessions", json(password)],
    [
      200,
      "/identity.v1.UserService/GetUser",
      { method: "POST", headers: framed, body: "\0\0\0\0\0" },
    ],
    [
      200,
      "/identity.v1.UserService/Nothing",
      { method: "POST", headers: framed, body: "\0\0\0\0\0" },
    ],
  ];
  for (const [status, path, init] of answers) {
    const response = await call(path, APP, init);
    expect([path, response.status, allowed(response)]).toEqual([path, status, APP]);
    const exposed = response.headers.get("access-control-expose-headers")!.split(", ");
    for (const name of ["grpc-status", "grpc-message", "retry-after", "x-request-id"])
      expect(exposed).toContain(name);
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    expect(response.headers.get("vary")).toBe("origin");
  }
});

test("a cache keeps the answers for different origins apart", async () => {
  const path = "/identity.v1.UserService/GetUser?encoding=json&message={}&connect=v1";
  const response = await fetch(`${used.url}${path}`);
  expect([response.headers.get("vary"), allowed(response)]).toEqual(["origin", null]);
});

test("over HTTP/2 as over HTTP/1.1", async () => {
  const session = connect(used.url);
  const answer = await new Promise<Record<string, unknown>>((resolve, reject) => {
    const stream = session.request({
      ":method": "GET",
      ":path": "/v1/users/me",
      origin: APP,
    });
    stream.once("response", resolve).once("error", reject).resume();
  });
  session.close();
  expect(answer).toMatchObject({
    [constants.HTTP2_HEADER_STATUS]: 401,
    "access-control-allow-origin": APP,
    vary: "origin",
  });
});

test("the cookie of a page's session is worth nothing here", async () => {
  const user = await used.signUp();
  const agent = new Agent(used.url);
  await agent.signIn(user);
  expect((await agent.get("/account")).status).toBe(200);
  const token = /=(lks_[\w-]+)/.exec(agent.cookie)?.[1] ?? agent.cookie.split("=")[1]!;
  const tries: readonly Record<string, string>[] = [
    { cookie: agent.cookie },
    { authorization: `Bearer ${token}` },
  ];
  for (const headers of tries)
    expect((await call("/v1/users/me", APP, { headers })).status).toBe(401);
  const rpc = await call("/identity.v1.UserService/GetUser", APP, {
    method: "POST",
    headers: { "content-type": "application/json", cookie: agent.cookie },
    body: '{"userId":"me"}',
  });
  expect(rpc.status).toBe(401);
});

test("a change of a list counts at once", async () => {
  const { oauth } = used.administrator;
  const origin = `https://${unique()}.example`;
  const isAllowed = async () => allowed(await preflight("/oauth2/token", origin)) === origin;
  expect(await isAllowed()).toBe(false);
  const { client } = await oauth.createClient({ client: { name: "x", allowedOrigins: [origin] } });
  expect(await isAllowed()).toBe(true);
  await oauth.updateClient({
    client: { id: client!.id, allowedOrigins: [] },
    updateMask: { paths: ["allowed_origins"] },
  });
  expect(await isAllowed()).toBe(false);
  await oauth.updateClient({ client: { id: client!.id, allowedOrigins: [origin] } });
  expect(await isAllowed()).toBe(true);
  await oauth.deleteClient({ clientId: client!.id });
  expect(await isAllowed()).toBe(false);
});

test.each(["*", "null", `${APP}/`, `${APP}/path`, "app.example", "https://*.example"])(
  "%s is refused as an origin of a list",
  async (origin) => {
    const answer = await used.administrator.oauth
      .createClient({ client: { name: "x", allowedOrigins: [origin] } })
      .then(
        () => "taken",
        (error: Error) => error.message,
      );
    expect(answer).toContain("[invalid_argument]");
  },
);

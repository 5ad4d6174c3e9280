// The guard of an MCP server: what it publishes, whom it lets pass, and how it asks about tokens.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { createMcpAuth, type McpAccess, type McpAuthOptions } from "../../sdk/src/mcp.ts";
import { agreeTo, documentOf, redeemAt, signedInAgent } from "../oauth/documents/asking.ts";
import { json, useDocumentHost } from "../oauth/documents/document-host.ts";
import { post, register } from "../oauth/flow.ts";
import { unique, useServer } from "../use-server.ts";

const RESOURCE = "https://mcp.example.com/mcp";
const METADATA_URL = "https://mcp.example.com/.well-known/oauth-protected-resource/mcp";
const used = useServer();
const host = useDocumentHost();
let introspector: { readonly id: string; readonly secret: string };

beforeAll(async () => {
  introspector = await register(used.administrator, {
    grantTypes: ["client_credentials"],
    scopes: [],
    redirectUris: [],
  });
  const resource = {
    uri: RESOURCE,
    name: "Tools",
    scopes: [{ name: "mcp:tools" }, { name: "mcp:write" }],
    introspectors: [introspector.id],
  };
  const created = await fetch(`${used.url}/v1/resources`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${await used.server.administratorToken()}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ resource }),
  });
  expect(created.status).toBe(200);
});

const createAuth = (more: Partial<McpAuthOptions> = {}) =>
  createMcpAuth({
    issuer: used.url,
    resource: RESOURCE,
    scopes: ["mcp:tools"],
    clientId: introspector.id,
    clientSecret: introspector.secret,
    ...more,
  });

/** A token of a user, through a client that describes itself. */
async function newToken(more: Readonly<Record<string, string>> = {}) {
  const id = `${host.origin}/${unique("client-")}.json`;
  host.answer(json(documentOf(id)));
  const asked = { scope: "mcp:tools", resource: RESOURCE, ...more };
  const location = await agreeTo(await signedInAgent(used), id, asked);
  const { status, json: tokens } = await redeemAt(used.url, id, location);
  expect(status).toBe(200);
  return { id, token: String(tokens["access_token"]) };
}

const request = (token?: string, url = RESOURCE): Request =>
  new Request(url, {
    method: "POST",
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

/** What a refusal says. */
function refusalOf(checked: McpAccess | Response): [status: number, challenge: string | null] {
  if (!(checked instanceof Response)) throw new Error("the request may pass");
  return [checked.status, checked.headers.get("www-authenticate")];
}

const challenged = (error: string, scope = "mcp:tools"): string =>
  `Bearer ${error}scope="${scope}", resource_metadata="${METADATA_URL}"`;

test("a request without a token learns where to get one", async () => {
  const auth = createAuth();
  expect(auth.metadataUrl).toBe(METADATA_URL);
  expect(refusalOf(await auth.check(request()))).toEqual([401, challenged("")]);
  for (const url of [
    METADATA_URL,
    "https://mcp.example.com/.well-known/oauth-protected-resource",
  ]) {
    const metadata = (await auth.check(new Request(url))) as Response;
    expect(metadata.headers.get("access-control-allow-origin")).toBe("*");
    expect(await metadata.json()).toEqual({
      resource: RESOURCE,
      authorization_servers: [used.url],
      scopes_supported: ["mcp:tools"],
      bearer_methods_supported: ["header"],
      dpop_signing_alg_values_supported: ["ES256", "PS256", "EdDSA", "Ed25519"],
    });
  }
  const preflight = (await auth.check(
    new Request(METADATA_URL, { method: "OPTIONS" }),
  )) as Response;
  expect([preflight.status, preflight.headers.get("access-control-allow-headers")]).toEqual([
    204,
    "mcp-protocol-version",
  ]);
});

test("a token for this server passes, with its client, user, scopes and end", async () => {
  const { id, token } = await newToken();
  const access = (await createAuth().check(request(token))) as McpAccess;
  expect(access).toMatchObject({ token, clientId: id, scopes: ["mcp:tools"] });
  expect(access.resource.href).toBe(RESOURCE);
  expect(access.expiresAt * 1000).toBeGreaterThan(Date.now());
  expect(access.extra.userId).toMatch(/^[\da-f-]{36}$/);
  expect(await createAuth().verifyAccessToken(token)).toEqual(access);
});

test("a resource at the root, in upper case or with a slash is the same", async () => {
  const { token } = await newToken({ resource: `${RESOURCE}/` });
  for (const resource of ["https://MCP.example.com/mcp", `${RESOURCE}/`])
    expect(await createAuth({ resource }).check(request(token))).toMatchObject({ token });
  const other = createAuth({ resource: "https://mcp.example.com/other" });
  expect(refusalOf(await other.check(request(token)))[0]).toBe(401);
});

test("the answer to a token without the scopes of a call names all of them", async () => {
  const { token } = await newToken();
  const needed = ["mcp:tools", "mcp:write"];
  expect(refusalOf(await createAuth().check(request(token), needed))).toEqual([
    403,
    challenged('error="insufficient_scope", ', needed.join(" ")),
  ]);
});

test("other tokens are bad, and so are malformed requests", async () => {
  const auth = createAuth({ invalidToken: (message) => new RangeError(message) });
  const own = await newToken({ scope: "profile", resource: used.url });
  for (const token of [own.token, "lka_unknown", "x", await used.server.administratorToken()]) {
    expect(refusalOf(await auth.check(request(token)))).toEqual([
      401,
      challenged('error="invalid_token", '),
    ]);
    await expect(auth.verifyAccessToken(token)).rejects.toThrow(RangeError);
  }
  const malformed = [
    request(undefined, `${RESOURCE}?access_token=x`),
    new Request(RESOURCE, { headers: { authorization: "Bearer a b" } }),
    new Request(RESOURCE, { headers: { authorization: "Basic eDp4" } }),
  ];
  for (const each of malformed) expect(refusalOf(await auth.check(each))[0]).toBe(400);
});

describe("what is known of a token", () => {
  const counting = () => {
    let asked = 0;
    const fetch: typeof globalThis.fetch = (input, init) => {
      asked++;
      return globalThis.fetch(input, init);
    };
    return { fetch, asked: () => asked };
  };

  test("is used for some seconds, and one question serves all who wait", async () => {
    const { fetch, asked } = counting();
    const auth = createAuth({ fetch, cacheMs: 10_000 });
    const { id, token } = await newToken();
    await Promise.all(Array.from({ length: 5 }, () => auth.check(request(token))));
    expect(asked()).toBe(1);
    await post(used.url, "revoke", { token, client_id: id });
    const now = Date.now();
    const clock = vi.spyOn(Date, "now");
    try {
      clock.mockReturnValue(now + 9_000);
      expect(await auth.check(request(token))).toMatchObject({ token });
      clock.mockReturnValue(now + 11_000);
      expect(refusalOf(await auth.check(request(token)))[0]).toBe(401);
    } finally {
      clock.mockRestore();
    }
    expect(asked()).toBe(2);
  });

  test("is asked each time where nothing is kept", async () => {
    const { fetch, asked } = counting();
    const auth = createAuth({ fetch, cacheMs: 0 });
    const { id, token } = await newToken();
    expect(await auth.check(request(token))).toMatchObject({ token });
    await post(used.url, "revoke", { token, client_id: id });
    expect(refusalOf(await auth.check(request(token)))[0]).toBe(401);
    expect(asked()).toBe(2);
  });

  test("is nothing while Latchkey is away, and no token passes or is bad", async () => {
    const { token } = await newToken();
    let isAway = true;
    const auth = createAuth({
      fetch: (input, init) =>
        isAway ? Promise.reject(new TypeError("away")) : globalThis.fetch(input, init),
    });
    expect(refusalOf(await auth.check(request(token)))).toEqual([503, null]);
    isAway = false;
    expect(await auth.check(request(token))).toMatchObject({ token });
    const refused = createAuth({ clientSecret: "wrong" });
    expect(refusalOf(await refused.check(request(token)))[0]).toBe(503);
  });
});

test("the middleware of node:http does the same", async () => {
  const auth = createAuth();
  const server = createServer((incoming, response) => {
    const seen = incoming as typeof incoming & { auth?: McpAccess };
    void auth.middleware(seen, response, () => response.end(seen.auth?.scopes.join()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { token } = await newToken();
  const answers = await Promise.all([
    fetch(`${url}/mcp`),
    fetch(`${url}/.well-known/oauth-protected-resource/mcp`),
    fetch(`${url}/mcp`, { headers: { authorization: `Bearer ${token}` } }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([401, 200, 200]);
  expect(await answers[2].text()).toBe("mcp:tools");
  server.close();
});

// The SDK's guards before tokens that other clients have bound to a key, RFC 9449 section 7.
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { SignJWT } from "jose";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import * as connect from "../../sdk/src/connect.ts";
import { guardFetch, guardNode } from "../../sdk/src/http.ts";
import { UserService } from "../../sdk/src/identity.ts";
import { createDpopKey, createLatchkey, type Latchkey, reasonOf } from "../../sdk/src/index.ts";
import { createMcpAuth } from "../../sdk/src/mcp.ts";
import { DpopProofs, sha256 } from "../../sdk/src/proofs/dpop.ts";
import { UsedProofs } from "../../sdk/src/proofs/shown-proof.ts";
import { useServer } from "../use-server.ts";
import { partner, registerPartner } from "./partner.ts";

const used = useServer();
const ORIGIN = "https://api.example";
const ALGS = 'algs="ES256 PS256 EdDSA Ed25519"';
let key: CryptoKeyPair;
let proofs: DpopProofs;
/** The client with the bound token, and the server that guards. */
let bound: Latchkey;
let guarding: Latchkey;
let token: string;

beforeAll(async () => {
  key = await createDpopKey({ extractable: true });
  proofs = new DpopProofs(key);
  bound = await partner(used, { dpop: key });
  guarding = await partner(used);
  token = await bound.token();
});
afterEach(() => vi.restoreAllMocks());

const prove = (more: Partial<Parameters<DpopProofs["prove"]>[0]> = {}) =>
  proofs.prove({ method: "GET", url: `${ORIGIN}/orders`, accessToken: token, ...more });

/** Calls a guarded handler behind a proxy, which knows another address. */
async function ask(headers: Record<string, string>, publicUrl: string | undefined = ORIGIN) {
  const handler = guardFetch(guarding, (_, { kind }) => new Response(kind), { publicUrl });
  const response = await handler(new Request("http://10.0.0.1/orders?page=2", { headers }));
  return [response.status, response.headers.get("www-authenticate") ?? (await response.text())];
}
const withProof = (dpop: string, authorization = `DPoP ${token}`) => ({ authorization, dpop });

test("a bound token passes once with each proof of its key", async () => {
  const dpop = await prove();
  expect(await ask(withProof(dpop))).toEqual([200, "client"]);
  const refused = [401, `DPoP error="invalid_dpop_proof", ${ALGS}`];
  expect(await ask(withProof(dpop))).toEqual(refused);
  expect(await ask(withProof(await prove(), `dpop ${token}`))).toEqual([200, "client"]);
});

test("a request without a token learns both schemes", async () => {
  expect(await ask({})).toEqual([401, `Bearer, DPoP ${ALGS}`]);
});

describe("is refused", () => {
  const signed = async (claims: object, header: object = {}): Promise<string> => {
    const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", key.publicKey);
    const now = Math.floor(Date.now() / 1000);
    const good = { jti: crypto.randomUUID(), htm: "GET", htu: `${ORIGIN}/orders`, iat: now };
    return new SignJWT({ ...good, ath: await sha256(token), ...claims })
      .setProtectedHeader({ typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y }, ...header })
      .sign(key.privateKey);
  };
  const now = (): number => Math.floor(Date.now() / 1000);

  test.each<[string, () => string | Promise<string>]>([
    ["no proof", () => ""],
    ["two of them", async () => `${await prove()}, ${await prove()}`],
    ["one that is too long", async () => signed({ more: "x".repeat(9_000) })],
    ["one of another method", () => prove({ method: "POST" })],
    ["one of another address", () => prove({ url: "https://other.example/orders" })],
    ["one of another path", () => prove({ url: `${ORIGIN}/orders/1` })],
    ["one of the address in the request", () => prove({ url: "http://10.0.0.1/orders" })],
    ["one of another token", () => prove({ accessToken: "another" })],
    ["one without a token", () => prove({ accessToken: undefined })],
    ["an old one", () => signed({ iat: now() - 400 })],
    ["one of the future", () => signed({ iat: now() + 120 })],
    ["one without a time", () => signed({ iat: undefined })],
    ["one without an id", () => signed({ jti: undefined })],
    ["one with a long id", () => signed({ jti: "j".repeat(257) })],
    ["another JWT", () => signed({}, { typ: "JWT" })],
    [
      "one with a private key",
      async () => signed({}, { jwk: await crypto.subtle.exportKey("jwk", key.privateKey) }),
    ],
    [
      "one with the key of another",
      async () => {
        const { publicKey } = await createDpopKey();
        return signed({}, { jwk: await crypto.subtle.exportKey("jwk", publicKey) });
      },
    ],
  ])("with %s", async (_, dpop) => {
    const refused = [401, `DPoP error="invalid_dpop_proof", ${ALGS}`];
    expect(await ask(withProof(await dpop()))).toEqual(refused);
  });

  test("a good proof of another key", async () => {
    const other = new DpopProofs();
    const dpop = await other.prove({ method: "GET", url: `${ORIGIN}/orders`, accessToken: token });
    expect(await ask(withProof(dpop))).toEqual([401, `DPoP error="invalid_token", ${ALGS}`]);
  });

  test("a bound token as Bearer, also with a proof, and a free one as DPoP", async () => {
    const dpop = await prove();
    const refused = [401, `Bearer error="invalid_token", DPoP ${ALGS}`];
    expect(await ask(withProof(dpop, `Bearer ${token}`))).toEqual(refused);
    const accessToken = await guarding.token();
    const own = await prove({ accessToken });
    expect(await ask(withProof(own, `DPoP ${accessToken}`))).toEqual([
      401,
      `DPoP error="invalid_token", ${ALGS}`,
    ]);
    expect(await ask({ authorization: `Bearer ${accessToken}` })).toEqual([200, "client"]);
  });

  test("a bound token where the guard knows no address of its own", async () => {
    const handler = guardFetch(guarding, () => new Response());
    const headers = withProof(await prove());
    const { status, headers: given } = await handler(new Request(`${ORIGIN}/orders`, { headers }));
    expect([status, given.get("www-authenticate")]).toEqual([401, 'Bearer error="invalid_token"']);
  });
});

test("node's requests are proven with the path before a router", async () => {
  let publicUrl = "";
  const server = createServer((request, response) => {
    const routed = Object.assign(request, { originalUrl: request.url, url: "/" });
    void guardNode(guarding, { publicUrl })(routed, response, () => response.end("welcome"));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const response = await bound.fetch(`${publicUrl}a/b?c=d`, { method: "POST" });
    expect([response.status, await response.text()]).toEqual([200, "welcome"]);
  } finally {
    server.close();
  }
});

test("calls of Connect are proven too", async () => {
  const transport = createRouterTransport(
    ({ rpc }) => rpc(UserService.method.getUser, () => ({ user: { username: "ada" } })),
    { router: { interceptors: [connect.guard(guarding, { publicUrl: ORIGIN })] } },
  );
  const client = createClient(UserService, transport);
  const url = `${ORIGIN}/identity.v1.UserService/GetUser`;
  const call = (dpop: string) => client.getUser({}, { headers: withProof(dpop) });
  const dpop = await prove({ method: "POST", url });
  expect((await call(dpop)).user?.username).toBe("ada");
  expect(await call(dpop).catch(reasonOf)).toBe("DPOP_PROOF_INVALID");
});

test("what was used is known until it would be too old, and none is forgotten for room", () => {
  const [start, proof] = [Date.now(), { jkt: "k", jti: "1" }];
  const clock = vi.spyOn(Date, "now").mockReturnValue(start);
  const known = new UsedProofs(2);
  known.take(proof);
  known.take({ ...proof, jti: "2" });
  expect(() => known.take(proof)).toThrow("was used before");
  expect(() => known.take({ ...proof, jti: "3" })).toThrow("too many");
  clock.mockReturnValue(start + 361_000);
  known.take(proof);
});

test("an MCP server takes a bound token with its proof alone", async () => {
  const RESOURCE = "https://tools.example/mcp";
  const registered = await registerPartner(used);
  const { clientId, clientSecret = "" } = registered;
  const resource = {
    uri: RESOURCE,
    name: "Tools",
    scopes: [{ name: "tools:use" }],
    introspectors: [clientId],
    machineClients: [clientId],
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
  const client = createLatchkey({ ...registered, dpop: key });
  const { accessToken } = await client.oauth.token({
    grantType: "client_credentials",
    resource: [RESOURCE],
  });
  const auth = createMcpAuth({
    issuer: used.url,
    resource: RESOURCE,
    scopes: ["tools:use"],
    clientId,
    clientSecret,
  });
  const check = async (authorization: string, dpop = "") => {
    const headers = { authorization, dpop };
    const checked = await auth.check(new Request(RESOURCE, { method: "POST", headers }));
    return checked instanceof Response ? checked.headers.get("www-authenticate") : checked.clientId;
  };
  const dpop = await prove({ method: "POST", url: RESOURCE, accessToken });
  const rest = `scope="tools:use", resource_metadata="${auth.metadataUrl}"`;
  expect(await check(`Bearer ${accessToken}`, dpop)).toBe(`Bearer error="invalid_token", ${rest}`);
  expect(await check(`DPoP ${accessToken}`, dpop)).toBe(clientId);
  for (const again of [dpop, ""])
    expect(await check(`DPoP ${accessToken}`, again)).toBe(
      `DPoP error="invalid_dpop_proof", ${ALGS}, ${rest}`,
    );
  await expect(auth.verifyAccessToken(accessToken)).rejects.toThrow("not for this server");
  expect(auth.metadata.dpop_signing_alg_values_supported).toContain("ES256");
});

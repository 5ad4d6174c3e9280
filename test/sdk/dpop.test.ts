// Tokens of the SDK that are bound to a key, with the server at the other end.
import { calculateJwkThumbprint, exportJWK } from "jose";
import { expect, test } from "vitest";
import { ClientType } from "../../gen/identity/v1/oauth_pb.ts";
import {
  createDpopKey,
  createLatchkey,
  exportDpopKey,
  importDpopKey,
  reasonOf,
} from "../../sdk/src/index.ts";
import type { AuthorizationRequest, Latchkey, Tokens } from "../../sdk/src/index.ts";
import { browserOf, consent } from "../oauth/proofs/browser.ts";
import { useServer } from "../use-server.ts";
import { partner, REDIRECT_URI, registerPartner } from "./partner.ts";

const used = useServer();
const DEVICE = "urn:ietf:params:oauth:grant-type:device_code";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const reasonFor = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(() => undefined, reasonOf);
const statusOf = async (response: Promise<Response>): Promise<number> => (await response).status;

/** A user signs in and agrees, and the browser comes back. */
async function visit(latchkey: Latchkey, more: Partial<AuthorizationRequest> = {}) {
  const request = { redirectUri: REDIRECT_URI, scope: "openid profile", ...more };
  const { url, pending } = await latchkey.beginAuthorization(request);
  const agent = await browserOf(used);
  await agent.get(url.slice(used.url.length));
  const { headers } = await consent(agent);
  return { url, pending, callback: headers.get("location")! };
}

async function signIn(latchkey: Latchkey): Promise<Tokens> {
  const { callback, pending } = await visit(latchkey);
  return latchkey.finishAuthorization(callback, pending);
}

/** Connects a device, whose user agrees. */
async function connect(latchkey: Latchkey): Promise<Tokens> {
  const pending = await latchkey.startDevice({ scope: "openid profile" });
  const agent = await browserOf(used);
  await agent.get("/device");
  await agent.post("/device", { user_code: pending.userCode });
  await agent.post("/device/decide", { decision: agent.hidden("decision"), answer: "allow" });
  return latchkey.finishDevice({ ...pending, interval: 0 });
}

test("the tokens of every grant are bound to the key, and work with it alone", async () => {
  const dpop = await createDpopKey();
  const jkt = await calculateJwkThumbprint(await exportJWK(dpop.publicKey));
  const latchkey = await partner(used, { dpop, grantTypes: [DEVICE, EXCHANGE] });
  const code = await signIn(latchkey);
  const granted = [
    code,
    await connect(latchkey),
    await latchkey.exchangeToken(code.accessToken, { scope: "profile" }),
    await latchkey.exchangeToken(code.identity!.idToken, {
      subjectTokenType: "id_token",
      scope: "profile",
    }),
    await latchkey.refresh((await signIn(latchkey)).refreshToken!),
  ];
  const other = await partner(used, { dpop: true });
  for (const tokens of granted) {
    const { accessToken, tokenType } = tokens;
    const { cnf } = await latchkey.oauth.introspect({ token: accessToken });
    expect([tokenType, cnf?.jkt]).toEqual(["DPoP", jkt]);
    const self = (client: Latchkey, given: Parameters<Latchkey["as"]>[0]) =>
      reasonFor(client.as(given).users.getUser({ userId: "me" }));
    expect(await self(latchkey, tokens)).toBeUndefined();
    expect(await self(latchkey, accessToken)).toBeUndefined();
    expect(await self(latchkey, { accessToken, tokenType: "Bearer" })).toBe("TOKEN_INVALID");
    expect(await self(other, tokens)).toBe("DPOP_PROOF_INVALID");
  }
  const own = await latchkey.oauth.introspect({ token: await latchkey.token() });
  expect(own.cnf?.jkt).toBe(jkt);
});

test("the client's own calls have proofs, also a stream and those by fetch", async () => {
  const { administrator, url } = used;
  const { client, clientSecret } = await administrator.oauth.createClient({
    client: {
      name: "Machine",
      grantTypes: ["client_credentials"],
      scopes: ["users.read", "users.write", "audit.read"],
      settings: { dpopBoundAccessTokens: true },
    },
  });
  const options = { baseUrl: url, clientId: client!.id, clientSecret };
  const latchkey = createLatchkey({ ...options, dpop: true });
  const { users } = await latchkey.users.listUsers({ username: "not-there" });
  expect(users).toEqual([]);
  let events = 0;
  for await (const { auditEvent } of latchkey.audit.exportAuditEvents({}))
    if (auditEvent !== undefined) events += 1;
  expect(events).toBeGreaterThan(0);
  expect(await statusOf(latchkey.fetch(`${url}/v1/users?username=ada#top`))).toBe(200);
  const headers = { "content-type": "application/json" };
  const posted = latchkey.fetch(new URL(`${url}/v1/users`), {
    method: "post",
    headers,
    body: "{}",
  });
  expect(await statusOf(posted)).toBe(400);
  expect(await reasonFor(createLatchkey(options).token())).toBe("DPOP_PROOF_INVALID");
});

test("UserInfo takes the token by fetch", async () => {
  const latchkey = await partner(used, { dpop: true });
  const tokens = await signIn(latchkey);
  for (const method of ["GET", "POST"]) {
    const answer = await latchkey.as(tokens).fetch(`${used.url}/oauth2/userinfo`, { method });
    expect(await answer.json()).toMatchObject({ sub: tokens.identity!.subject });
  }
});

test("a session that is not bound works as Bearer", async () => {
  const [latchkey, user] = [await partner(used, { dpop: true }), await used.signUp()];
  const session = { accessToken: user.token, tokenType: "Bearer" } as const;
  const found = await latchkey.as(session).users.getUser({ userId: "me" });
  expect(found.user?.id).toBe(user.id);
  expect(await statusOf(latchkey.as(session).fetch(`${used.url}/v1/users/me`))).toBe(200);
});

test.each([false, true])("a code is of no use to another key, pushed: %s", async (pushed) => {
  const options = await registerPartner(used);
  const latchkey = createLatchkey({ ...options, dpop: true });
  const { url, pending, callback } = await visit(latchkey, { pushed });
  expect(new URL(url).searchParams.has("dpop_jkt")).toBe(!pushed);
  const thief = createLatchkey({ ...options, dpop: true });
  expect(await reasonFor(thief.finishAuthorization(callback, pending))).toBe("GRANT_INVALID");
});

test("the refresh token of a public client works in another process with the key", async () => {
  const options = await registerPartner(used, { type: ClientType.PUBLIC });
  const dpop = await createDpopKey({ extractable: true });
  const { refreshToken } = await signIn(createLatchkey({ ...options, dpop }));
  const kept = JSON.stringify(await exportDpopKey(dpop));
  const [other, same] = [await createDpopKey(), await importDpopKey(JSON.parse(kept))];
  const refresh = (pair: CryptoKeyPair): Promise<Tokens> =>
    createLatchkey({ ...options, dpop: pair }).refresh(refreshToken!);
  expect(await reasonFor(refresh(other))).toBe("GRANT_INVALID");
  expect((await refresh(same)).tokenType).toBe("DPoP");
});

test.each([
  { name: "Ed25519" },
  {
    name: "RSA-PSS",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
])("a key of $name makes proofs too, also when it was exported", async (algorithm) => {
  const usages = ["sign", "verify"] as const;
  const pair = (await crypto.subtle.generateKey(algorithm, true, usages)) as CryptoKeyPair;
  const options = await registerPartner(used);
  for (const dpop of [pair, await importDpopKey(await exportDpopKey(pair))]) {
    const latchkey = createLatchkey({ ...options, dpop });
    const { tokenType } = await latchkey.oauth.token({ grantType: "client_credentials" });
    expect(tokenType).toBe("DPoP");
  }
});

// Pushed authorization requests (RFC 9126), with the modules of FAPI 2.0.
import { describe, expect, test } from "vitest";
import type { Clock } from "../../../src/domain/clock.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import { useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { newPkce, post, register, send } from "../flow.ts";
import {
  backWith,
  browserOf,
  codeOf,
  consent,
  fapiClient,
  push,
  redeemAt,
  requestOf,
  visit,
} from "./browser.ts";
import { dpopProof, newKey } from "./keys.ts";

describe.each(["sqlite", "mysql"] as const)("PAR on %s", (engine) => {
  let ahead = 0;
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + ahead };
  const used = useServer({ engine, clock });
  const none = { settings: {} };

  test("happy-flow: 201, and client_id with request_uri is enough", async () => {
    const client = await fapiClient(used, none);
    const { form, verifier } = requestOf();
    const { status, json, headers } = await push(used, client, form);
    expect(status).toBe(201);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(json).toEqual({
      request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:[\w-]{43}$/),
      expires_in: 60,
    });
    const agent = await browserOf(used);
    await visit(agent, { client_id: client.id, request_uri: String(json["request_uri"]) });
    const back = backWith(await consent(agent));
    expect(back).toEqual({ code: expect.any(String), state: "a state", iss: used.url });
    expect((await redeemAt(used, client, { code: back["code"]!, verifier })).status).toBe(200);
  });

  test("a public client and one with a secret may push too", async () => {
    for (const isPublic of [true, false]) {
      const client = await register(used.administrator, { public: isPublic });
      const { form } = requestOf();
      const answer = await send(`${used.url}/oauth2/par`, { form, client });
      expect(answer.status).toBe(201);
    }
  });

  test("par-attempt-to-use-http-get-fails: GET is 405", async () => {
    const answer = await fetch(`${used.url}/oauth2/par`);
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
  });

  test("par-without-authentication-fails", async () => {
    const { id } = await fapiClient(used);
    const { form } = requestOf({ client_id: id });
    const answer = await send(`${used.url}/oauth2/par`, { form });
    expect(answer).toMatchObject({ status: 401, json: { error: "invalid_client" } });
  });

  test("par-pushing-a-request_uri-fails", async () => {
    const client = await fapiClient(used, none);
    const { json } = await push(used, client, requestOf().form);
    for (const uri of [String(json["request_uri"]), "https://client.example.com/request"])
      expect(await push(used, client, requestOf({ request_uri: uri }).form)).toMatchObject({
        status: 400,
        json: { error: "invalid_request" },
      });
  });

  test.each([
    ["an unregistered redirect_uri", { redirect_uri: "https://evil.example.com/" }],
    ["response_type token", { response_type: "token" }],
    ["response_type code id_token", { response_type: "code id_token" }],
    ["no response_type", { response_type: undefined }],
    ["no PKCE", { code_challenge: undefined, code_challenge_method: undefined }],
    ["plain PKCE", { code_challenge_method: "plain" }],
    ["a dpop_jkt that is none", { dpop_jkt: "x" }],
    ["a longer state than can be echoed", { state: "s".repeat(2049) }],
    ["another client_id", { client_id: "another" }],
  ])("a request with %s is refused", async (_name, change) => {
    const answer = await push(used, await fapiClient(used, none), requestOf(change).form);
    expect(answer).toMatchObject({ status: 400, json: { error: "invalid_request" } });
  });

  test("a scope that the client may not have is refused as at the endpoint", async () => {
    const client = await fapiClient(used, none);
    const answer = await push(used, client, requestOf({ scope: "users.write" }).form);
    expect(answer).toMatchObject({ status: 400, json: { error: "invalid_scope" } });
  });

  test("par-attempt-reuse-request_uri: single use at completion", async () => {
    const client = await fapiClient(used, none);
    const { json } = await push(used, client, requestOf().form);
    const asked = { client_id: client.id, request_uri: String(json["request_uri"]) };
    // A visit without a session leads to the sign-in page and uses nothing up.
    expect((await visit(new Agent(used.url), asked)).status).toBe(200);
    const agent = await browserOf(used);
    await visit(agent, asked);
    const second = await browserOf(used);
    await visit(second, asked);
    expect(backWith(await consent(agent))["code"]).toBeDefined();
    for (const answer of [await consent(second), await visit(agent, asked)]) {
      expect(answer.headers.get("location")).toBeNull();
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
  });

  test("one request gives one code, of 20 answers at the same time", async () => {
    const client = await fapiClient(used, none);
    const { json } = await push(used, client, requestOf().form);
    const asked = { client_id: client.id, request_uri: String(json["request_uri"]) };
    const agents = await Promise.all(Array.from({ length: 20 }, () => browserOf(used)));
    for (const agent of agents) await visit(agent, asked);
    const answers = await Promise.all(agents.map((agent) => consent(agent)));
    const codes = answers.filter((answer) => answer.headers.has("location"));
    expect(codes).toHaveLength(1);
    expect(backWith(codes[0]!)["code"]).toBeDefined();
  });

  test("par-attempt-to-use-expired-request_uri-fails; a flow that has begun may end", async () => {
    const client = await fapiClient(used, none);
    const { json } = await push(used, client, requestOf().form);
    const asked = { client_id: client.id, request_uri: String(json["request_uri"]) };
    const agent = await browserOf(used);
    await visit(agent, asked);
    try {
      ahead = 61_000;
      const late = await visit(await browserOf(used), asked);
      expect([late.status, late.headers.get("location")]).toEqual([400, null]);
      expect(backWith(await consent(agent))["code"]).toBeDefined();
    } finally {
      ahead = 0;
    }
  });

  test("par-attempt-to-use-request_uri-for-different-client-fails", async () => {
    const [client, other] = [await fapiClient(used, none), await fapiClient(used, none)];
    const { json } = await push(used, client, requestOf().form);
    const agent = await browserOf(used);
    for (const client_id of [other.id, "unknown", ""]) {
      const asked = { client_id, request_uri: String(json["request_uri"]) };
      const answer = await visit(agent, asked);
      expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
    }
    const unknown = `urn:ietf:params:oauth:request_uri:${"x".repeat(43)}`;
    const answer = await visit(agent, { client_id: client.id, request_uri: unknown });
    expect(answer.status).toBe(400);
  });

  test("parameters besides request_uri don't count", async () => {
    const client = await fapiClient(used, none);
    const { json } = await push(used, client, requestOf().form);
    const agent = await browserOf(used);
    await visit(agent, {
      client_id: client.id,
      request_uri: String(json["request_uri"]),
      state: "another",
      redirect_uri: "https://evil.example.com/",
    });
    expect(backWith(await consent(agent))["state"]).toBe("a state");
  });

  test("a refused request gives access_denied with state and iss", async () => {
    const client = await fapiClient(used, none);
    const { json } = await push(used, client, requestOf().form);
    const agent = await browserOf(used);
    await visit(agent, { client_id: client.id, request_uri: String(json["request_uri"]) });
    expect(backWith(await consent(agent, "refuse"))).toMatchObject({
      error: "access_denied",
      state: "a state",
      iss: used.url,
    });
  });

  test("a client that must push can't send plain parameters", async () => {
    const settings = { requirePushedAuthorizationRequests: true };
    const client = await fapiClient(used, { settings });
    const { form } = requestOf();
    const answer = await visit(await browserOf(used), { client_id: client.id, ...form });
    expect(backWith(answer)).toMatchObject({ error: "invalid_request", state: "a state" });
    expect((await codeOf(used, client)).code).not.toBe("");
  });

  test("a long request fits, which no URL could hold", async () => {
    const client = await fapiClient(used, none);
    const state = "s".repeat(2048);
    const { back } = await codeOf(used, client, { state, nonce: "n".repeat(384) });
    expect(back["state"]).toBe(state);
    const tooLong = requestOf({ state, claims: "x".repeat(4097) });
    expect((await push(used, client, tooLong.form)).status).toBe(400);
  });

  describe("with DPoP", () => {
    const parUrl = (): string => `${used.url}/oauth2/par`;

    test("par-dpop: the proof binds the code, and another key can't redeem it", async () => {
      const client = await fapiClient(used, none);
      const [key, other] = [await newKey(), await newKey()];
      const proof = await dpopProof(key, { method: "POST", url: parUrl() });
      const found = await codeOf(used, client, {}, proof);
      const invalid = { status: 400, json: { error: "invalid_grant" } };
      expect(await redeemAt(used, client, found, { key: other })).toMatchObject(invalid);
      expect(await redeemAt(used, client, found)).toMatchObject(invalid);
      const { json } = await redeemAt(used, client, found, { key });
      expect(json["token_type"]).toBe("DPoP");
    });

    test("dpop_jkt binds the code as well", async () => {
      const client = await fapiClient(used, none);
      const [key, other] = [await newKey(), await newKey()];
      const found = await codeOf(used, client, { dpop_jkt: key.thumbprint });
      expect((await redeemAt(used, client, found, { key: other })).status).toBe(400);
      expect((await redeemAt(used, client, found, { key })).status).toBe(200);
    });

    test("par-dpop_jkt-mismatch-fails, and a matching one works", async () => {
      const client = await fapiClient(used, none);
      const [key, other] = [await newKey(), await newKey()];
      for (const [jkt, status] of [
        [other.thumbprint, 400],
        [key.thumbprint, 201],
      ] as const) {
        const proof = await dpopProof(key, { method: "POST", url: parUrl() });
        const { form } = requestOf({ dpop_jkt: jkt });
        expect((await push(used, client, form, proof)).status).toBe(status);
      }
    });

    test("a wrong proof is invalid_dpop_proof", async () => {
      const client = await fapiClient(used, none);
      const proof = await dpopProof(await newKey(), { method: "POST", url: used.url });
      expect(await push(used, client, requestOf().form, proof)).toMatchObject({
        status: 400,
        json: { error: "invalid_dpop_proof" },
      });
    });
  });

  test("by RPC", async () => {
    const client = await register(used.administrator);
    const { challenge } = newPkce();
    const { requestUri, expiresIn } = await used.as().oauth.pushAuthorizationRequest({
      clientId: client.id,
      clientSecret: client.secret,
      responseType: "code",
      codeChallenge: challenge,
      codeChallengeMethod: "S256",
    });
    expect(expiresIn).toBe(60);
    const agent = await browserOf(used);
    await visit(agent, { client_id: client.id, request_uri: requestUri });
    expect(backWith(await consent(agent))["code"]).toBeDefined();
  });

  test("the metadata names the endpoint, and that not all clients must", async () => {
    const answer = await fetch(`${used.url}/.well-known/oauth-authorization-server`);
    expect(await answer.json()).toMatchObject({
      pushed_authorization_request_endpoint: `${used.url}/oauth2/par`,
      require_pushed_authorization_requests: false,
    });
    expect((await post(used.url, "token", {})).status).toBe(400);
  });
});

// DPoP (RFC 9449) at the token endpoint and at our own APIs, with the checks of the modules of FAPI
// 2.0.
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { describe, expect, test } from "vitest";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { UserService } from "../../../gen/identity/v1/user_pb.ts";
import { anEvent } from "../../store/samples.ts";
import { useServer } from "../../use-server.ts";
import {
  agree,
  type FormAnswer,
  redeem,
  register,
  type Registered,
  refresh,
  send,
} from "../flow.ts";
import { post } from "../flow.ts";
import { ACCEPTED, REFUSALS, TOKEN_REFUSALS } from "./dpop-refusals.ts";
import { type ClientKey, dpopProof, newKey } from "./keys.ts";

describe.each(["sqlite", "mysql"] as const)("DPoP on %s", (engine) => {
  const used = useServer({ engine });
  const tokenUrl = (): string => `${used.url}/oauth2/token`;
  const selfUrl = (): string => `${used.url}/v1/users/me`;

  /** Redeems a code with a proof, or without one. */
  const redeemWith = async (
    client: Registered,
    code: Awaited<ReturnType<typeof agree>>,
    proof?: string,
  ): Promise<FormAnswer> =>
    send(tokenUrl(), {
      form: {
        grant_type: "authorization_code",
        code: code.code,
        code_verifier: code.verifier,
        redirect_uri: "https://client.example.com/callback",
      },
      client,
      headers: proof === undefined ? {} : { dpop: proof },
    });

  /** A client whose user has agreed, with the tokens of the code bound to a key. */
  async function bound({ isPublic = true, alg = "ES256" } = {}) {
    const client = await register(used.administrator, { public: isPublic });
    const user = await used.signUp();
    const key = await newKey(alg);
    const proof = await dpopProof(key, { method: "POST", url: tokenUrl() });
    const { status, json } = await redeemWith(client, await agree(user, client), proof);
    expect([status, json["token_type"]]).toEqual([200, "DPoP"]);
    return {
      client,
      user,
      key,
      token: String(json["access_token"]),
      refreshToken: String(json["refresh_token"]),
    };
  }

  const self = (token: string, proof: string | undefined, scheme = "DPoP"): Promise<Response> =>
    fetch(selfUrl(), {
      headers: { authorization: `${scheme} ${token}`, ...(proof !== undefined && { dpop: proof }) },
    });
  const proofFor = (key: ClientKey, token: string): Promise<string> =>
    dpopProof(key, { method: "GET", url: selfUrl(), token });

  describe("at the token endpoint", () => {
    test.each(["ES256", "PS256", "EdDSA", "Ed25519"])("happy-flow by %s", async (alg) => {
      const { key, token, user } = await bound({ alg });
      const answer = await self(token, await proofFor(key, token));
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ user: { id: user.id } });
    });

    test("a client without a proof gets a token for every bearer, as before", async () => {
      const client = await register(used.administrator);
      const code = await agree(await used.signUp(), client);
      const { json } = await redeem(used.url, client, code);
      expect(json["token_type"]).toBe("Bearer");
      expect((await self(String(json["access_token"]), undefined, "bearer")).status).toBe(200);
    });

    test("a client that needs bound tokens gets none without a proof", async () => {
      const { client } = await used.administrator.oauth.createClient({
        client: {
          name: "A client",
          grantTypes: ["client_credentials"],
          scopes: ["users.read"],
          settings: { dpopBoundAccessTokens: true },
          type: ClientType.CONFIDENTIAL,
        },
      });
      const { clientSecret } = await used.administrator.oauth.rotateClientSecret({
        clientId: client!.id,
      });
      const named = { id: client!.id, secret: clientSecret };
      const form = { grant_type: "client_credentials" };
      expect(await post(used.url, "token", form, named)).toMatchObject({
        status: 400,
        json: { error: "invalid_dpop_proof" },
      });
      const key = await newKey();
      const proof = await dpopProof(key, { method: "POST", url: tokenUrl() });
      const { json } = await send(tokenUrl(), { form, client: named, headers: { dpop: proof } });
      expect(json["token_type"]).toBe("DPoP");
    });

    test.each(Object.entries(REFUSALS))("a proof that %s is refused", async (_name, make) => {
      const client = await register(used.administrator, { public: true });
      const code = await agree(await used.signUp(), client);
      const key = await newKey();
      const target = { method: "POST", url: tokenUrl() };
      const wrong = await redeemWith(client, code, await make(key, target));
      if (_name.startsWith("has the key of another")) expect(wrong.status).toBe(400);
      expect(wrong).toMatchObject({ status: 400, json: { error: "invalid_dpop_proof" } });
      expect((await redeemWith(client, code, await dpopProof(key, target))).status).toBe(200);
    });

    test.each(Object.entries(ACCEPTED))("a proof with %s is accepted", async (_name, make) => {
      const client = await register(used.administrator, { public: true });
      const code = await agree(await used.signUp(), client);
      const proof = await make(await newKey(), { method: "POST", url: tokenUrl() });
      expect((await redeemWith(client, code, proof)).status).toBe(200);
    });

    test("one proof works once, of 20 requests at the same time", async () => {
      const client = await register(used.administrator, {
        grantTypes: ["client_credentials"],
        scopes: ["users.read"],
      });
      const proof = await dpopProof(await newKey(), { method: "POST", url: tokenUrl() });
      const answers = await Promise.all(
        Array.from({ length: 20 }, () =>
          send(tokenUrl(), {
            form: { grant_type: "client_credentials" },
            client,
            headers: { dpop: proof },
          }),
        ),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ json }) => json["error"] === "invalid_dpop_proof")).toHaveLength(19);
    });

    test("the refresh token of a public client is bound to the key", async () => {
      const { client, refreshToken, key } = await bound();
      const form = { grant_type: "refresh_token", refresh_token: refreshToken };
      const target = { method: "POST", url: tokenUrl() };
      const invalid = { status: 400, json: { error: "invalid_grant" } };
      expect(await refresh(used.url, client, refreshToken)).toMatchObject(invalid);
      const others = { dpop: await dpopProof(await newKey(), target) };
      expect(await send(tokenUrl(), { form, client, headers: others })).toMatchObject(invalid);
      const headers = { dpop: await dpopProof(key, target) };
      const { json } = await send(tokenUrl(), { form, client, headers });
      expect(json["token_type"]).toBe("DPoP");
    });

    test("a confidential client may refresh with another key", async () => {
      const { client, refreshToken } = await bound({ isPublic: false });
      const key = await newKey();
      const headers = { dpop: await dpopProof(key, { method: "POST", url: tokenUrl() }) };
      const form = { grant_type: "refresh_token", refresh_token: refreshToken };
      const { json } = await send(tokenUrl(), { form, client, headers });
      const token = String(json["access_token"]);
      expect((await self(token, await proofFor(key, token))).status).toBe(200);
    });

    test("introspection names the key", async () => {
      const { client, token, key } = await bound({ isPublic: false });
      const { json } = await post(used.url, "introspect", { token }, client);
      expect(json).toMatchObject({
        active: true,
        token_type: "DPoP",
        cnf: { jkt: key.thumbprint },
      });
    });

    test("the metadata names the algorithms", async () => {
      const answer = await fetch(`${used.url}/.well-known/oauth-authorization-server`);
      expect(await answer.json()).toMatchObject({
        dpop_signing_alg_values_supported: ["ES256", "PS256", "EdDSA", "Ed25519"],
      });
    });
  });

  describe("at a resource (dpop-negative-tests)", () => {
    test.each(Object.entries({ ...REFUSALS, ...TOKEN_REFUSALS }))(
      "a proof that %s is refused",
      async (_name, make) => {
        const { key, token } = await bound();
        const answer = await self(token, await make(key, { method: "GET", url: selfUrl(), token }));
        expect(answer.status).toBe(401);
        expect(answer.headers.get("www-authenticate")).toMatch(
          /^DPoP error="invalid_dpop_proof", algs="ES256 PS256 EdDSA Ed25519"$/,
        );
        expect((await self(token, await proofFor(key, token))).status).toBe(200);
      },
    );

    test.each(Object.entries(ACCEPTED))("a proof with %s is accepted", async (_name, make) => {
      const { key, token } = await bound();
      const proof = await make(key, { method: "GET", url: selfUrl(), token });
      expect((await self(token, proof)).status).toBe(200);
    });

    test("the scheme and the name of the header may be in any case", async () => {
      const { key, token } = await bound();
      for (const scheme of ["dpop", "DPOP", "dPoP"])
        expect((await self(token, await proofFor(key, token), scheme)).status).toBe(200);
      const headers = { Authorization: `DPoP ${token}`, DPOP: await proofFor(key, token) };
      expect((await fetch(selfUrl(), { headers })).status).toBe(200);
    });

    test("the query of the request is no part of htu", async () => {
      const { key, token } = await bound();
      const headers = { authorization: `DPoP ${token}`, dpop: await proofFor(key, token) };
      expect((await fetch(`${selfUrl()}?$.xgafv=1`, { headers })).status).not.toBe(401);
    });

    test("a bound token as Bearer is refused, with and without a proof", async () => {
      const { key, token } = await bound();
      for (const proof of [undefined, await proofFor(key, token)])
        expect((await self(token, proof, "Bearer")).status).toBe(401);
    });

    test("a token that is not bound is refused as DPoP, also that of a session", async () => {
      const client = await register(used.administrator);
      const user = await used.signUp();
      const { json } = await redeem(used.url, client, await agree(user, client));
      const key = await newKey();
      for (const token of [String(json["access_token"]), user.token]) {
        const answer = await self(token, await proofFor(key, token));
        expect(answer.status).toBe(401);
        expect(answer.headers.get("www-authenticate")).toMatch(/^DPoP error="invalid_token"/);
      }
    });

    test("two DPoP headers are refused", async () => {
      const { key, token } = await bound();
      const headers = new Headers({ authorization: `DPoP ${token}` });
      for (const proof of [await proofFor(key, token), await proofFor(key, token)])
        headers.append("dpop", proof);
      expect((await fetch(selfUrl(), { headers })).status).toBe(401);
    });

    test("one proof works once, of 20 requests at the same time", async () => {
      const { key, token } = await bound();
      const proof = await proofFor(key, token);
      const statuses = await Promise.all(
        Array.from({ length: 20 }, async () => (await self(token, proof)).status),
      );
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === 401)).toHaveLength(19);
    });

    test.each(["gRPC", "Connect"])("%s calls have the path of the method", async (protocol) => {
      const { key, token, user } = await bound();
      const options = { baseUrl: used.url, httpVersion: "1.1" as const };
      const transport =
        protocol === "gRPC"
          ? createGrpcTransport({ baseUrl: used.url })
          : createConnectTransport(options);
      const users = createClient(UserService, transport);
      const url = `${used.url}/identity.v1.UserService/GetUser`;
      const headers = {
        authorization: `DPoP ${token}`,
        dpop: await dpopProof(key, { method: "POST", url, token }),
      };
      expect((await users.getUser({ userId: "me" }, { headers })).user?.id).toBe(user.id);
      await expect(users.getUser({ userId: "me" }, { headers })).rejects.toThrow(/has been used/);
    });
  });

  test("UserInfo takes a bound token with a proof only", async () => {
    const client = await register(used.administrator, { public: true, scopes: ["openid"] });
    const user = await used.signUp();
    const key = await newKey();
    const proof = await dpopProof(key, { method: "POST", url: tokenUrl() });
    const { json } = await redeemWith(client, await agree(user, client), proof);
    const token = String(json["access_token"]);
    const url = `${used.url}/oauth2/userinfo`;
    for (const method of ["GET", "POST"]) {
      const dpop = await dpopProof(key, { method, url, token });
      const headers = { authorization: `DPoP ${token}`, dpop };
      const answer = await fetch(url, { method, headers });
      expect([answer.status, await answer.json()]).toMatchObject([200, { sub: user.id }]);
      const again = await fetch(url, { method, headers });
      expect(again.status).toBe(401);
      expect(again.headers.get("www-authenticate")).toMatch(/^DPoP error="invalid_dpop_proof"/);
    }
    const bearer = { headers: { authorization: `Bearer ${token}` } };
    expect((await fetch(url, bearer)).status).toBe(401);
    const body = new URLSearchParams({ access_token: token });
    expect((await fetch(url, { method: "POST", body })).status).toBe(401);
  });

  test("one proof is enough for a stream, whose token is checked again on the way", async () => {
    const client = await register(used.administrator, {
      grantTypes: ["client_credentials"],
      scopes: ["audit.read"],
    });
    await used.server.store.transaction(async ({ audit }) => {
      for (let index = 0; index < 450; index++) await audit.append(anEvent());
    });
    const key = await newKey();
    const { json } = await send(tokenUrl(), {
      form: { grant_type: "client_credentials" },
      client,
      headers: { dpop: await dpopProof(key, { method: "POST", url: tokenUrl() }) },
    });
    const token = String(json["access_token"]);
    const url = `${used.url}/identity.v1.AuditService/ExportAuditEvents`;
    const headers = {
      authorization: `DPoP ${token}`,
      dpop: await dpopProof(key, { method: "POST", url, token }),
    };
    const events: unknown[] = [];
    for await (const event of used.as().audit.exportAuditEvents({}, { headers }))
      events.push(event);
    expect(events.length).toBeGreaterThanOrEqual(450);
    const again = used.as().audit.exportAuditEvents({}, { headers });
    await expect(again[Symbol.asyncIterator]().next()).rejects.toThrow(/has been used/);
  });

  test("a page of another origin may send the header", async () => {
    const answer = await fetch(selfUrl(), {
      method: "OPTIONS",
      headers: {
        origin: "http://127.0.0.1:1",
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization, dpop",
      },
    });
    expect(answer.status).toBe(204);
  });
});

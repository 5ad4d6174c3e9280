// The FAPI 2.0 Security Profile as a client's setting: what it refuses that other clients may do.
import { decodeJwt, decodeProtectedHeader } from "jose";
import { describe, expect, test } from "vitest";
import { useServer } from "../../use-server.ts";
import { agree, post, register } from "../flow.ts";
import {
  assertion,
  backWith,
  browserOf,
  codeOf,
  fapiClient,
  push,
  redeemAt,
  requestOf,
  visit,
} from "./browser.ts";
import { dpopProof, newKey } from "./keys.ts";

describe.each(["sqlite", "mysql"] as const)("a client of FAPI 2.0 on %s", (engine) => {
  const used = useServer({ engine });

  test.each(["PS256", "ES256", "EdDSA"])("happy-flow of two clients by %s", async (alg) => {
    for (const client of [await fapiClient(used, { alg }), await fapiClient(used, { alg })]) {
      const found = await codeOf(used, client);
      expect(found.back["iss"]).toBe(used.url);
      const key = await newKey("PS256");
      const { json } = await redeemAt(used, client, found, { key });
      expect(json["token_type"]).toBe("DPoP");
      const token = String(json["access_token"]);
      const url = `${used.url}/v1/users/me`;
      const self = async (scheme: string): Promise<number> => {
        const dpop = await dpopProof(key, { method: "GET", url, token });
        const headers = { authorization: `${scheme} ${token}`, dpop };
        return (await fetch(url, { headers })).status;
      };
      expect([await self("DPoP"), await self("dpop"), await self("Bearer")]).toEqual([
        200, 200, 401,
      ]);
    }
  });

  test("without-state and without-nonce work, and none comes back", async () => {
    const { back } = await codeOf(used, await fapiClient(used), { state: undefined });
    expect(Object.keys(back).sort()).toEqual(["code", "iss"]);
  });

  test.each([64, 384])("a nonce of %i characters works", async (length) => {
    const { code } = await codeOf(used, await fapiClient(used), { nonce: "n".repeat(length) });
    expect(code).not.toBe("");
  });

  test("plain parameters without PAR are refused", async () => {
    const client = await fapiClient(used);
    const asked = { client_id: client.id, ...requestOf().form };
    expect(backWith(await visit(await browserOf(used), asked))).toMatchObject({
      error: "invalid_request",
      iss: used.url,
    });
  });

  test.each([
    ["redirect_uri", { redirect_uri: undefined }],
    ["PKCE", { code_challenge: undefined, code_challenge_method: undefined }],
  ])("a request without %s is refused", async (_name, change) => {
    expect(await push(used, await fapiClient(used), requestOf(change).form)).toMatchObject({
      status: 400,
      json: { error: "invalid_request" },
    });
  });

  test("no DPoP at the token endpoint is refused", async () => {
    const client = await fapiClient(used);
    const found = await codeOf(used, client);
    expect(await redeemAt(used, client, found)).toMatchObject({
      status: 400,
      json: { error: "invalid_dpop_proof" },
    });
    expect((await redeemAt(used, client, found, { key: await newKey() })).status).toBe(200);
  });

  test.each([
    ["missing", { code_verifier: "" }, "invalid_request"],
    ["wrong", { code_verifier: "x".repeat(43) }, "invalid_grant"],
  ])("a code_verifier that is %s is refused", async (_name, more, error) => {
    const client = await fapiClient(used);
    const found = await codeOf(used, client);
    const answer = await redeemAt(used, client, found, { key: await newKey(), more });
    expect(answer).toMatchObject({ status: 400, json: { error } });
  });

  test("a code is bound to its client, and works once", async () => {
    const [client, other] = [await fapiClient(used), await fapiClient(used)];
    const found = await codeOf(used, client);
    const key = await newKey();
    const invalid = { status: 400, json: { error: "invalid_grant" } };
    expect(await redeemAt(used, other, found, { key })).toMatchObject(invalid);
    const named = await redeemAt(used, client, found, { key, more: { client_id: other.id } });
    expect(named).toMatchObject({ status: 400, json: { error: "invalid_request" } });
    expect((await redeemAt(used, client, found, { key })).status).toBe(200);
    expect(await redeemAt(used, client, found, { key })).toMatchObject(invalid);
  });

  test("one code gives tokens once, of 20 redemptions at the same time", async () => {
    const client = await fapiClient(used);
    const found = await codeOf(used, client);
    const key = await newKey();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => redeemAt(used, client, found, { key })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ json }) => json["error"] === "invalid_grant")).toHaveLength(19);
  });

  test("a first-party page can't agree by RPC: the request was not pushed", async () => {
    const client = await fapiClient(used);
    const user = await used.signUp();
    await expect(agree(user, { id: client.id, secret: "" })).rejects.toThrow(/push its requests/);
  });

  test("its ID tokens are not signed by RS256", async () => {
    const client = await fapiClient(used, { scopes: ["openid", "profile"] });
    const found = await codeOf(used, client, { scope: "openid", nonce: "n" });
    const { json } = await redeemAt(used, client, found, { key: await newKey() });
    const token = String(json["id_token"]);
    expect([decodeProtectedHeader(token).alg, decodeJwt(token)["nonce"]]).toEqual(["ES256", "n"]);
  });

  test("a refresh token needs the authentication of its client", async () => {
    const [client, other] = [await fapiClient(used), await fapiClient(used)];
    const key = await newKey();
    const { json } = await redeemAt(used, client, await codeOf(used, client), { key });
    const refresh = { grant_type: "refresh_token", refresh_token: String(json["refresh_token"]) };
    const unauthenticated = await post(used.url, "token", { ...refresh, client_id: client.id });
    expect(unauthenticated.json["error"]).toBe("invalid_client");
    const others = { ...refresh, ...(await assertion(used, other)) };
    expect((await post(used.url, "token", others)).status).toBe(400);
  });

  test("a secret never authenticates it", async () => {
    const client = await fapiClient(used, { settings: { securityProfile: "fapi2" } });
    const { clientSecret } = await used.administrator.oauth.rotateClientSecret({
      clientId: client.id,
    });
    const form = { grant_type: "refresh_token", refresh_token: "lkr_x" };
    const answer = await post(used.url, "token", form, { id: client.id, secret: clientSecret });
    expect(answer).toMatchObject({ status: 401, json: { error: "invalid_client" } });
  });

  test("other clients are served as before", async () => {
    const client = await register(used.administrator);
    const asked = { client_id: client.id, ...requestOf().form };
    expect((await visit(await browserOf(used), asked)).status).toBe(200);
  });
});

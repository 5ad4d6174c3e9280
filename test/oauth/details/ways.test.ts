// Rich authorization requests (RFC 9396): each way in which a client asks for details, and where
// they come back.
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { agree, post, redeem, refresh, register, type Registered, send } from "../flow.ts";
import {
  backWith,
  browserOf,
  consent,
  fapiClient,
  push,
  redeemAt,
  requestOf,
  visit,
} from "../proofs/browser.ts";
import { relyingParty } from "../openid/relying-party.ts";
import { newKey, seconds } from "../proofs/keys.ts";
import { aBank, granted, textOf } from "./use-details.ts";

const DEVICE = "urn:ietf:params:oauth:grant-type:device_code";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS = "urn:ietf:params:oauth:token-type:access_token";

describe.each(["sqlite", "mysql"] as const)("authorization details on %s", (engine) => {
  const used = useServer({ engine });
  const introspect = async (client: Registered, text: unknown) =>
    (await post(used.url, "introspect", { token: String(text) }, client)).json;

  test("come with a code, to the token, its refresh and its introspection", async () => {
    const [user, client] = [await used.signUp(), await register(used.administrator)];
    const bank = await aBank(used);
    const agreed = await agree(user, client, {
      authorizationDetails: textOf(bank.pay, bank.read),
    });
    const { status, json } = await redeem(used.url, client, agreed);
    expect([status, json]).toEqual([
      200,
      {
        access_token: expect.stringMatching(/^lka_/),
        refresh_token: expect.stringMatching(/^lkr_/),
        token_type: "Bearer",
        expires_in: 600,
        authorization_details: granted(bank),
      },
    ]);
    const seen = await introspect(client, json["access_token"]);
    expect(seen).toMatchObject({
      audience: [bank.payments.uri, bank.accounts.uri],
      authorization_details: granted(bank),
    });
    expect(seen).not.toHaveProperty("scope");
    expect((await introspect(client, json["refresh_token"]))["authorization_details"]).toEqual(
      granted(bank),
    );
    const next = await refresh(used.url, client, json["refresh_token"]);
    expect(next.json["authorization_details"]).toEqual(granted(bank));
    const [event] = await used.server.store.audit.list({ type: "grant.agree" }, { limit: 1 });
    expect(event?.details).toMatchObject({
      authorization_details_types: `${bank.pay.type} ${bank.read.type}`,
    });
    expect(JSON.stringify(event)).not.toContain("Merchant A");
    const { grants } = await user.oauth.listGrants({ userId: "me" });
    expect(grants[0]?.scopes).toEqual([
      `${bank.payments.uri} authorization_details ${bank.pay.type}`,
      `${bank.accounts.uri} authorization_details ${bank.read.type}`,
    ]);
  });

  test.each(["GET", "POST"] as const)("come by a browser's %s", async (method) => {
    const bank = await aBank(used);
    const [rp, user, agent] = [await relyingParty(used), await used.signUp(), new Agent(used.url)];
    const asked = rp.parameters({
      scope: "openid transfers",
      authorization_details: JSON.stringify([bank.pay, bank.read], undefined, 2),
    });
    const visited = await rp.visit(agent, user, asked, method);
    expect(visited.pages).toEqual(["sign-in", "consent"]);
    const { json } = await rp.redeem(visited);
    expect(json).toMatchObject({
      scope: "openid transfers",
      authorization_details: granted(bank),
    });
    expect(decodeJwt(String(json["id_token"])).sub).toBe(user.id);
  });

  test("come by a pushed request, as much as 8 KB", async () => {
    const bank = await aBank(used);
    const client = await fapiClient(used);
    const pay = { ...bank.pay, creditor: "x".repeat(1024) };
    const details = Array.from({ length: 6 }, (_, index) => ({ ...pay, retries: index }));
    const { form, verifier } = requestOf({
      scope: undefined,
      authorization_details: textOf(...details, bank.read),
    });
    expect(form["authorization_details"]!.length).toBeGreaterThan(7_000);
    const pushed = await push(used, client, form);
    expect(pushed.status).toBe(201);
    const agent = await browserOf(used);
    // What the browser sends besides doesn't count (RFC 9126 section 4).
    await visit(agent, {
      client_id: client.id,
      request_uri: String(pushed.json["request_uri"]),
      authorization_details: textOf({ ...bank.pay, amount: { value: "999999" } }),
    });
    expect(agent.page).toContain("123.50");
    expect(agent.page).not.toContain("999999");
    const code = backWith(await consent(agent))["code"]!;
    const { json } = await redeemAt(used, client, { code, verifier }, { key: await newKey() });
    const [, reading] = granted(bank);
    expect(json["authorization_details"]).toEqual([
      ...details.map((each) => ({ ...each, locations: [bank.payments.uri] })),
      reading,
    ]);
  });

  test("come as a claim of a request object, a list and no text", async () => {
    const bank = await aBank(used);
    const client = await fapiClient(used, { settings: {} });
    const { form, verifier } = requestOf({ scope: undefined });
    const objectOf = (authorization_details: unknown) =>
      new SignJWT({
        iss: client.id,
        aud: used.url,
        client_id: client.id,
        nbf: seconds(),
        exp: seconds() + 300,
        ...form,
        authorization_details,
      })
        .setProtectedHeader({ alg: client.key.alg, kid: client.key.thumbprint })
        .sign(client.key.privateKey);
    const agent = await browserOf(used);
    let count = 0;
    for (const wrong of [[], ["payment"], ["a", "b"], {}, 1]) {
      const answer = await visit(agent, { client_id: client.id, request: await objectOf(wrong) });
      expect([wrong, backWith(answer)["error"]]).toEqual([wrong, "invalid_authorization_details"]);
      count++;
    }
    expect(count).toBe(5);
    const request = await objectOf([bank.pay, bank.read]);
    await visit(agent, { client_id: client.id, request });
    const code = backWith(await consent(agent))["code"]!;
    const { json } = await redeemAt(used, client, { code, verifier });
    expect(json["authorization_details"]).toEqual(granted(bank));
  });

  test("a client gets them for itself where the resources name it", async () => {
    const client = await register(used.administrator, { grantTypes: ["client_credentials"] });
    const bank = await aBank(used, { machineClients: [client.id], tokenFormat: "jwt" });
    const closed = await aBank(used);
    const ask = (...details: unknown[]) => {
      const form = { grant_type: "client_credentials", authorization_details: textOf(...details) };
      return post(used.url, "token", form, client);
    };
    expect((await ask(bank.pay, closed.read)).json).toMatchObject({ error: "invalid_target" });
    const { json } = await ask(bank.pay, bank.read);
    expect(json).toMatchObject({ authorization_details: granted(bank) });
    expect(json).not.toHaveProperty("scope");
    const keys = (await (await fetch(`${used.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
    const { payload } = await jwtVerify(String(json["access_token"]), createLocalJWKSet(keys), {
      audience: bank.accounts.uri,
      typ: "at+jwt",
    });
    expect(payload).toMatchObject({ scope: "", authorization_details: granted(bank) });
    expect(await introspect(client, json["access_token"])).toMatchObject({
      authorization_details: granted(bank),
    });
    const long = { ...bank.pay, creditor: "Ж".repeat(1000) };
    expect((await ask(long)).json).toMatchObject({ error: "invalid_authorization_details" });
  });

  test("a device asks for them, and its user sees them", async () => {
    const grantTypes = [DEVICE, "refresh_token"];
    const client = await register(used.administrator, { grantTypes, redirectUris: [] });
    const bank = await aBank(used);
    const start = async (authorization_details: string) =>
      (
        await send(`${used.url}/oauth2/device_authorization`, {
          form: { authorization_details },
          client,
        })
      ).json;
    expect(await start("[]")).toMatchObject({ error: "invalid_authorization_details" });
    const { device_code, user_code } = await start(textOf(bank.pay, bank.read));
    const agent = new Agent(used.url);
    await agent.signIn(await used.signUp());
    await agent.get("/device");
    await agent.post("/device", { user_code: String(user_code) });
    for (const text of ["make a payment", "Merchant A", "EUR", "123.50", "balances"])
      expect(agent.page).toContain(text);
    await agent.post("/device/decide", { decision: agent.hidden("decision"), answer: "allow" });
    const form = { grant_type: DEVICE, device_code: String(device_code) };
    const { json } = await post(used.url, "token", form, client);
    expect(json["authorization_details"]).toEqual(granted(bank));
    expect((await refresh(used.url, client, json["refresh_token"])).json).toMatchObject({
      authorization_details: granted(bank),
    });
  });

  test("an exchange keeps them at the same resource, or has fewer", async () => {
    const [user, app] = [await used.signUp(), await register(used.administrator)];
    const server = await register(used.administrator, { grantTypes: [EXCHANGE] });
    const bank = await aBank(used, { introspectors: [server.id] });
    const [pay, read] = granted(bank);
    const details = textOf(bank.pay, bank.read);
    const agreed = await agree(user, app, { authorizationDetails: details });
    const { json } = await redeem(used.url, app, agreed);
    const exchange = (more: Record<string, string> = {}) => {
      const subject_token = String(json["access_token"]);
      const form = { grant_type: EXCHANGE, subject_token, subject_token_type: ACCESS, ...more };
      return post(used.url, "token", form, server);
    };
    expect((await exchange()).json["authorization_details"]).toEqual([pay, read]);
    const one = await exchange({ resource: bank.payments.uri });
    expect(one.json["authorization_details"]).toEqual([pay]);
    expect(await introspect(server, one.json["access_token"])).toMatchObject({
      audience: [bank.payments.uri],
      authorization_details: [pay],
    });
    const less = { ...bank.read, datatypes: ["owners"] };
    expect((await exchange({ authorization_details: textOf(less) })).json).toMatchObject({
      authorization_details: [{ ...read, datatypes: ["owners"] }],
    });
    for (const more of [
      { ...bank.pay, actions: ["cancel"] },
      { ...bank.pay, creditor: "Merchant B" },
    ])
      expect((await exchange({ authorization_details: textOf(more) })).json).toMatchObject({
        error: "invalid_authorization_details",
      });
    const { authorizationDetails } = await used.as().oauth.exchangeToken({
      subjectToken: String(json["access_token"]),
      subjectTokenType: ACCESS,
      clientId: server.id,
      clientSecret: server.secret,
      authorizationDetails: textOf(less),
    });
    expect(authorizationDetails).toEqual([{ ...read, datatypes: ["owners"] }]);
  });

  test("metadata lists the types of resources", async () => {
    const bank = await aBank(used);
    const listed = async (): Promise<unknown> => {
      const answer = await fetch(`${used.url}/.well-known/oauth-authorization-server`);
      const metadata = (await answer.json()) as Record<string, unknown>;
      return metadata["authorization_details_types_supported"];
    };
    const types = [bank.pay.type, bank.read.type];
    await expect.poll(listed).toEqual(expect.arrayContaining(types));
  });
});

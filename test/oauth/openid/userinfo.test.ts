// UserInfo, OpenID Connect Core section 5.3, as the modules of the conformance suite ask for it. A
// test of a module has its name.
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { USER_CLAIMS } from "../../../src/domain/oauth/openid/user-claims.ts";
import { type SignedIn, useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { relyingParty } from "./relying-party.ts";
import { PROFILE, useUserInfo } from "./userinfo.ts";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });
  const { given, endpoint, granted, ask } = useUserInfo(used);
  let rp: ReturnType<typeof given>["rp"];
  let user: SignedIn;
  let agent: Agent;
  const claimsOf = async (more: Readonly<Record<string, string>>) => {
    const { token } = await granted(more);
    return (await (await ask(token)).json()) as Record<string, unknown>;
  };
  beforeAll(() => {
    ({ rp, user, agent } = given());
  });

  test("oidcc-userinfo-get", async () => {
    const { token, sub } = await granted({});
    const response = await ask(token);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({ sub });
    expect(sub).toBe(user.id);
  });

  test("oidcc-userinfo-post-header", async () => {
    const { token, sub } = await granted({});
    const headers = { authorization: `bearer ${token}` };
    const response = await fetch(endpoint(), { method: "POST", headers });
    expect([response.status, await response.json()]).toEqual([200, { sub }]);
  });

  test("oidcc-userinfo-post-body", async () => {
    const { token, sub } = await granted({});
    const body = new URLSearchParams({ access_token: token });
    const response = await fetch(endpoint(), { method: "POST", body });
    expect([response.status, await response.json()]).toEqual([200, { sub }]);
  });

  test.each(["RS256", "ES256"])("oidcc-userinfo-rs256, and the same by %s", async (algorithm) => {
    const party = await relyingParty(used, {
      settings: { userinfoSignedResponseAlg: algorithm },
    });
    const { token, sub } = await granted({ scope: "openid email" }, party);
    const response = await ask(token);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/jwt");
    const keys = (await (await fetch(`${used.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
    const { payload } = await jwtVerify(await response.text(), createLocalJWKSet(keys), {
      issuer: used.url,
      audience: party.client.id,
      algorithms: [algorithm],
    });
    expect(payload).toEqual({
      sub,
      email: user.email,
      email_verified: false,
      iss: used.url,
      aud: party.client.id,
    });
  });

  test("a signed answer is no ID token hint", async () => {
    const party = await relyingParty(used, { settings: { userinfoSignedResponseAlg: "RS256" } });
    const { token } = await granted({}, party);
    const hint = await (await ask(token)).text();
    const more = { prompt: "none", id_token_hint: hint };
    const { answer } = await party.visit(agent, undefined, party.parameters(more));
    expect(answer?.get("error")).toBe("invalid_request");
  });

  const scopeProfile = {
    name: "Ada Lovelace",
    given_name: "Ada",
    family_name: "Lovelace",
    picture: "https://example.com/ada.png",
    locale: "en-GB",
    zoneinfo: "Europe/London",
  };
  const scopePhone = { phone_number: "+441234567890", phone_number_verified: true };
  const scopeAddress = {
    address: { street_address: "12 St James's Square", locality: "London" },
  };

  test("oidcc-scope-profile", async () => {
    const { updatedAt } = (await used.server.store.users.find(user.id))!;
    expect(await claimsOf({ scope: "openid profile" })).toEqual({
      sub: user.id,
      preferred_username: user.username,
      updated_at: Math.floor(updatedAt / 1000),
      ...scopeProfile,
    });
  });

  test("oidcc-scope-email", async () => {
    expect(await claimsOf({ scope: "openid email" })).toEqual({
      sub: user.id,
      email: user.email,
      email_verified: false,
    });
  });

  test("oidcc-scope-phone", async () => {
    expect(await claimsOf({ scope: "openid phone" })).toEqual({ sub: user.id, ...scopePhone });
  });

  test("oidcc-scope-address", async () => {
    expect(await claimsOf({ scope: "openid address" })).toEqual({ sub: user.id, ...scopeAddress });
  });

  test("oidcc-scope-all", async () => {
    const { group } = await used.administrator.users.createGroup({
      name: "Tea",
      ownerId: user.id,
    });
    const all = await claimsOf({ scope: "openid profile email phone address groups" });
    expect(all).toMatchObject({ ...scopeProfile, ...scopePhone, ...scopeAddress });
    expect(all["groups"]).toEqual([group!.id.toString()]);
    // Nothing but what the metadata names, and all of it.
    expect(Object.keys(all).sort()).toEqual(["sub", ...USER_CLAIMS].toSorted());
    const metadata = (await (
      await fetch(`${used.url}/.well-known/openid-configuration`)
    ).json()) as Record<string, unknown>;
    expect(metadata["userinfo_endpoint"]).toBe(endpoint());
    expect(metadata["claims_supported"]).toEqual(expect.arrayContaining(Object.keys(all)));
    expect(metadata["userinfo_signing_alg_values_supported"]).toEqual(["RS256", "ES256"]);
  });

  test("oidcc-claims-essential", async () => {
    const claims = JSON.stringify({
      userinfo: { name: { essential: true }, locale: null, sex: null, toString: null },
    });
    expect(await claimsOf({ scope: "openid", claims })).toEqual({
      sub: user.id,
      name: "Ada Lovelace",
      locale: "en-GB",
    });
  });

  test("a single claim needs the consent to its scope, which the token doesn't get", async () => {
    const party = await relyingParty(used);
    const claims = JSON.stringify({ userinfo: { phone_number: null } });
    const other = await used.signUp();
    await used.administrator.users.updateUser({ user: { id: other.id, profile: PROFILE } });
    const browser = new Agent(used.url);
    const plain = await party.signIn(browser, other);
    expect(plain.visit.pages).toEqual(["sign-in", "consent"]);
    // The user has agreed to openid alone.
    const silent = party.parameters({ claims, prompt: "none" });
    expect((await party.visit(browser, undefined, silent)).answer?.get("error")).toBe(
      "consent_required",
    );
    const asked = await party.signIn(browser, other, { claims });
    expect(asked.visit.pages).toEqual(["consent"]);
    const token = String(asked.tokens.json["access_token"]);
    expect(await (await ask(token)).json()).toEqual({
      sub: other.id,
      phone_number: PROFILE.phoneNumber,
    });
    expect(
      (await party.signIn(browser, undefined, { claims, prompt: "none" })).visit.pages,
    ).toEqual([]);
    expect(asked.tokens.json["scope"]).toBe("openid");
    const { grants } = await used.administrator.oauth.listGrants({ userId: other.id });
    expect(grants.map(({ scopes }) => scopes.toSorted())).toEqual([["openid", "phone"]]);
  });

  test("a claim that the client has no scope for is not given for asking", async () => {
    const party = await relyingParty(used, { scopes: ["openid", "profile"] });
    const claims = JSON.stringify({
      userinfo: { phone_number: { essential: true }, name: null },
    });
    const { token } = await granted({ scope: "openid", claims }, party);
    expect(await (await ask(token)).json()).toEqual({ sub: user.id, name: "Ada Lovelace" });
  });

  test("a pairwise subject is that of the ID token", async () => {
    const party = await relyingParty(used, { settings: { subjectType: "pairwise" } });
    const { token, sub } = await granted({}, party);
    expect(sub).not.toBe(user.id);
    expect(await (await ask(token)).json()).toEqual({ sub });
  });

  test("a user who says nothing has no claims of it", async () => {
    const other = await used.signUp();
    const browser = new Agent(used.url);
    const scope = "openid profile phone address";
    const { tokens } = await rp.signIn(browser, other, { scope });
    const claims = await (await ask(String(tokens.json["access_token"]))).json();
    expect(Object.keys(claims as object).sort()).toEqual([
      "preferred_username",
      "sub",
      "updated_at",
    ]);
  });

  test("the same by gRPC", async () => {
    const { token, sub } = await granted({});
    const { body } = await used.as(token).oauth.getUserInfo({});
    expect(body!.contentType).toBe("application/json");
    expect(JSON.parse(new TextDecoder().decode(body!.data))).toEqual({ sub });
    const { body: same } = await used.as().oauth.getUserInfo({ accessToken: token });
    expect(same).toEqual(body);
  });
});

// UserInfo, OpenID Connect Core section 5.3, as the conformance suite's modules ask for it, and the
// refusals of RFC 6750 section 3.1.
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { USER_CLAIMS } from "../../../src/domain/oauth/openid/user-claims.ts";
import { MINUTE, movableClock } from "../../identity/clock.ts";
import { type SignedIn, useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { clientToken, refresh, register } from "../flow.ts";
import { relyingParty } from "./relying-party.ts";

const PROFILE = {
  name: "Ada Lovelace",
  givenName: "Ada",
  familyName: "Lovelace",
  picture: "https://example.com/ada.png",
  locale: "en-GB",
  zoneinfo: "Europe/London",
  phoneNumber: "+441234567890",
  phoneNumberVerified: true,
  address: { streetAddress: "12 St James's Square", locality: "London" },
};

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const clock = movableClock();
  const used = useServer({ engine, clock });
  const endpoint = (): string => `${used.url}/oauth2/userinfo`;

  let user: SignedIn;
  let agent: Agent;
  let rp: Awaited<ReturnType<typeof relyingParty>>;

  beforeAll(async () => {
    [user, agent, rp] = [await used.signUp(), new Agent(used.url), await relyingParty(used)];
    await used.administrator.users.updateUser({ user: { id: user.id, profile: PROFILE } });
  });

  /** Returns an access token with these scopes, and the subject of the ID token. */
  async function granted(
    more: Readonly<Record<string, string>>,
    party = rp,
  ): Promise<{ token: string; sub: string | undefined; party: typeof rp }> {
    const { tokens, claims } = await party.signIn(agent, user, more);
    return { token: String(tokens.json["access_token"]), sub: claims.sub, party };
  }
  const ask = (token: string): Promise<Response> =>
    fetch(endpoint(), { headers: { authorization: `Bearer ${token}` } });
  const claimsOf = async (more: Readonly<Record<string, string>>) => {
    const { token } = await granted(more);
    return (await (await ask(token)).json()) as Record<string, unknown>;
  };

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

  test("without a token the challenge has no error", async () => {
    for (const method of ["GET", "POST"]) {
      const response = await fetch(endpoint(), { method });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
      expect(await response.text()).not.toContain("error");
    }
  });

  test("a token that is unknown, malformed, expired or revoked is invalid_token", async () => {
    const { token: expired } = await granted({});
    const { token: revoked, party } = await granted({});
    await used.administrator.oauth.endClientTokens({ clientId: party.client.id });
    const { token: late } = await granted({});
    clock.pass(61 * MINUTE);
    const tokens = [expired, revoked, late, `${late}x`, "x", "x".repeat(5000)];
    for (const token of tokens) {
      const response = await ask(token);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
      expect(await response.json()).toMatchObject({ error: "invalid_token" });
    }
    const body = new URLSearchParams({ access_token: late });
    expect((await fetch(endpoint(), { method: "POST", body })).status).toBe(401);
    await used.renew();
  });

  test("a token without openid, a session and a client's own token are too little", async () => {
    const again = await used.signUp();
    const { tokens } = await rp.signIn(new Agent(used.url), again, { scope: "openid profile" });
    const scope = { scope: "profile" };
    const refreshed = await refresh(used.url, rp.client, tokens.json["refresh_token"], scope);
    const narrow = String(refreshed.json["access_token"]);
    const machine = await register(used.administrator, {
      grantTypes: ["client_credentials"],
      scopes: ["users.read"],
    });
    const own = await clientToken(used.url, machine);
    for (const token of [narrow, again.token, own]) {
      const response = await ask(token);
      expect(response.status).toBe(403);
      expect(response.headers.get("www-authenticate")).toBe(
        'Bearer error="insufficient_scope", scope="openid"',
      );
      expect(await response.json()).toMatchObject({ error: "insufficient_scope" });
    }
  });

  test("a token is never taken from the query, nor twice", async () => {
    const { token } = await granted({});
    for (const method of ["GET", "POST"]) {
      const response = await fetch(`${endpoint()}?access_token=${token}`, { method });
      expect([response.status, await response.json()]).toMatchObject([
        400,
        { error: "invalid_request" },
      ]);
    }
    const twice = await fetch(endpoint(), {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: new URLSearchParams({ access_token: token }),
    });
    expect([twice.status, await twice.json()]).toMatchObject([400, { error: "invalid_request" }]);
    const connect = await fetch(
      `${used.url}/identity.v1.OAuthService/GetUserInfo?encoding=json&message=` +
        encodeURIComponent(JSON.stringify({ accessToken: token })),
    );
    expect(connect.status).toBe(405);
  });

  test("a page of an allowed origin may read it, another one not", async () => {
    const { token } = await granted({});
    const origin = "https://single-page.example";
    await register(used.administrator, { public: true, redirectUris: [`${origin}/cb`] });
    for (const [from, allowed] of [
      [origin, origin],
      ["https://evil.example", null],
    ] as const) {
      const response = await fetch(endpoint(), {
        headers: { authorization: `Bearer ${token}`, origin: from },
      });
      expect(response.headers.get("access-control-allow-origin")).toBe(allowed);
    }
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

// What UserInfo refuses: RFC 6750 section 3.1.
import { beforeAll, describe, expect, test } from "vitest";
import { MINUTE, movableClock } from "../../identity/clock.ts";
import { type SignedIn, useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { clientToken, refresh, register, send } from "../flow.ts";
import { dpopProof, newKey } from "../proofs/keys.ts";
import { useUserInfo } from "./userinfo.ts";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const clock = movableClock();
  const used = useServer({ engine, clock });
  const { given, endpoint, granted, ask } = useUserInfo(used);
  let rp: ReturnType<typeof given>["rp"];
  let user: SignedIn;
  let agent: Agent;
  beforeAll(() => {
    ({ rp, user, agent } = given());
  });

  test("without a token the challenge has no error", async () => {
    for (const method of ["GET", "POST"]) {
      const response = await fetch(endpoint(), { method });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
      expect(await response.text()).not.toContain("error");
    }
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

  test("a token that is bound to a key needs a proof of it, in the form too", async () => {
    const key = await newKey("ES256");
    const url = `${used.url}/oauth2/token`;
    const visit = await rp.visit(agent, user);
    const bound = await send(url, {
      client: rp.client,
      form: {
        grant_type: "authorization_code",
        code: visit.answer!.get("code")!,
        redirect_uri: rp.redirectUri,
      },
      headers: { dpop: await dpopProof(key, { method: "POST", url }) },
    });
    expect(bound.json["token_type"]).toBe("DPoP");
    const token = String(bound.json["access_token"]);
    const proven = async (from: typeof key) =>
      fetch(endpoint(), {
        headers: {
          authorization: `DPoP ${token}`,
          dpop: await dpopProof(from, { method: "GET", url: endpoint(), token }),
        },
      });
    const right = await proven(key);
    expect([right.status, await right.json()]).toEqual([200, { sub: user.id }]);
    const wrong = await proven(await newKey("ES256"));
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get("www-authenticate")).toMatch(/^DPoP .*error="invalid_/);
    expect((await ask(token)).status).toBe(401);
    const body = new URLSearchParams({ access_token: token });
    expect((await fetch(endpoint(), { method: "POST", body })).status).toBe(401);
  });

  // The last one: it puts the clock forward.
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
});

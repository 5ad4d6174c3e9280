// Modules of the conformance suite of the OpenID Foundation about hints and claims. Each test has
// the name of its module.
import { describe, expect, test } from "vitest";
import { useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { refresh } from "../flow.ts";
import { relyingParty, visited } from "./relying-party.ts";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });

  test.each(["page", "popup"])("oidcc-display-%s", async (display) => {
    const { rp, agent } = await visited(used);
    expect((await rp.signIn(agent, undefined, { display })).visit.pages).toEqual([]);
  });

  test("oidcc-id-token-hint", async () => {
    const { rp, agent } = await visited(used);
    const { idToken, claims } = await rp.signIn(agent, undefined);
    const hinted = await rp.signIn(agent, undefined, { prompt: "none", id_token_hint: idToken });
    expect([hinted.visit.pages, hinted.claims.sub]).toEqual([[], claims.sub]);
  });

  test("an id_token_hint of another user is login_required, also after a sign-in", async () => {
    const { rp, user, agent } = await visited(used);
    const other = await visited(used);
    const { idToken } = await rp.signIn(agent, undefined);
    const hint = { id_token_hint: idToken };
    // The other user's browser has agreed to the same client.
    await rp.signIn(other.agent, other.user);
    const silent = rp.parameters({ prompt: "none", ...hint });
    expect((await rp.visit(other.agent, undefined, silent)).answer?.get("error")).toBe(
      "login_required",
    );
    const asked = await rp.visit(other.agent, other.user, rp.parameters(hint));
    expect([asked.pages, asked.answer?.get("error")]).toEqual([["sign-in"], "login_required"]);
    const right = await rp.visit(other.agent, user, rp.parameters(hint));
    expect([right.pages, right.answer?.has("code")]).toEqual([["sign-in"], true]);
  });

  test("a hint that isn't an ID token of this client is an error", async () => {
    const { rp, agent } = await visited(used);
    const other = await visited(used);
    const { idToken } = await rp.signIn(agent, undefined);
    const [head, body, signature] = idToken.split(".") as [string, string, string];
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
    const wrong = [
      (await other.rp.signIn(other.agent, undefined)).idToken,
      `${none}.${body}.`,
      `${head}.${body}.${signature.slice(0, -4)}AAAA`,
      `${head}.${body}`,
      "x",
      "a.b.c",
      "x".repeat(4000),
    ];
    for (const id_token_hint of wrong) {
      const { answer } = await rp.visit(agent, undefined, rp.parameters({ id_token_hint }));
      expect([id_token_hint, answer?.get("error")]).toEqual([id_token_hint, "invalid_request"]);
    }
    expect(wrong).toHaveLength(7);
  });

  test("oidcc-login-hint", async () => {
    const { rp, user } = await visited(used);
    const guest = new Agent(used.url);
    const { pages, page } = await rp.visit(
      guest,
      undefined,
      rp.parameters({ login_hint: user.email }),
    );
    expect([pages, page.includes(`value="${user.email}"`)]).toEqual([["sign-in"], true]);
  });

  test("oidcc-ui-locales and oidcc-claims-locales", async () => {
    const { rp } = await visited(used);
    const { page } = await rp.visit(
      new Agent(used.url),
      undefined,
      rp.parameters({ ui_locales: "xx ru", claims_locales: "se" }),
    );
    expect(page).toContain('<html lang="ru">');
  });

  test("oidcc-ensure-request-with-acr-values-succeeds", async () => {
    const { rp, agent } = await visited(used);
    const { claims } = await rp.signIn(agent, undefined, {
      acr_values: "urn:latchkey:acr:password 1",
    });
    expect(claims["acr"]).toBe("urn:latchkey:acr:password");
  });

  test("claims about the user are in the ID token that names them, after a consent", async () => {
    const { rp, user, agent } = await visited(used);
    const claims = JSON.stringify({
      id_token: { email: { essential: true }, preferred_username: null, unknown: null },
    });
    const first = await rp.signIn(agent, user, { claims });
    expect(first.visit.pages).toEqual(["consent"]);
    expect(first.claims).toMatchObject({
      sub: user.id,
      email: user.email,
      preferred_username: user.username,
    });
    expect(first.claims).not.toHaveProperty("unknown");
    expect(first.tokens.json["scope"]).toBe("openid");
    const { json } = await refresh(used.url, rp.client, first.tokens.json["refresh_token"]);
    expect((await rp.claimsOf(String(json["id_token"])))["email"]).toBe(user.email);
    expect((await rp.signIn(agent, user)).claims).not.toHaveProperty("email");
    const lacking = await relyingParty(used, { scopes: ["openid"] });
    expect((await lacking.signIn(agent, user, { claims })).claims).not.toHaveProperty("email");
  });

  test("claims: an acr that can't be had, a subject, and malformed requests", async () => {
    const { rp, user, agent } = await visited(used);
    const ask = async (claims: unknown) =>
      (
        await rp.visit(
          agent,
          undefined,
          rp.parameters({
            claims: typeof claims === "string" ? claims : JSON.stringify(claims),
            prompt: "none",
          }),
        )
      ).answer?.get("error");
    const acr = (more: object) => ({ id_token: { acr: { essential: true, ...more } } });
    expect(await ask(acr({ values: ["urn:latchkey:acr:password", "x"] }))).toBe(null);
    expect(await ask(acr({}))).toBe(null);
    expect(await ask(acr({ values: ["x"] }))).toBe("unmet_authentication_requirements");
    expect(await ask(acr({ value: "x" }))).toBe("unmet_authentication_requirements");
    expect(await ask({ id_token: { acr: { values: ["x"] } } })).toBe(null);
    expect(await ask({ id_token: { sub: { value: user.id } } })).toBe(null);
    expect(await ask({ id_token: { sub: { value: "another" } } })).toBe("login_required");
    expect(await ask({ unknown: 1, userinfo: null })).toBe(null);
    const malformed = ["{", "[]", "1", '{"id_token":1}', '{"userinfo":{"name":1}}'];
    for (const claims of malformed)
      expect([claims, await ask(claims)]).toEqual([claims, "invalid_request"]);
    expect(malformed).toHaveLength(5);
  });

  test("pairwise subjects: one for a sector, and hints know them", async () => {
    const [user, agent] = [await used.signUp(), new Agent(used.url)];
    const pairwise = { subjectType: "pairwise" };
    const [one, two, other] = [
      await relyingParty(used, { settings: pairwise }),
      await relyingParty(used, { settings: pairwise }),
      await relyingParty(used, { settings: pairwise, redirectUris: ["https://other.example/cb"] }),
    ];
    const first = await one.signIn(agent, user);
    const second = await two.signIn(agent, user);
    const third = await other.signIn(agent, user);
    expect(first.claims.sub).toMatch(/^[\w-]{43}$/);
    expect(second.claims.sub).toBe(first.claims.sub);
    expect(third.claims.sub).not.toBe(first.claims.sub);
    expect(new Set([first, second, third].map(({ claims }) => claims["sid"])).size).toBe(3);
    const hinted = { prompt: "none", id_token_hint: first.idToken };
    expect((await one.visit(agent, undefined, one.parameters(hinted))).answer?.has("code")).toBe(
      true,
    );
  });
});

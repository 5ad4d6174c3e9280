// Modules of the conformance suite of the OpenID Foundation about the sign-in. Each test has the
// name of its module.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { relyingParty, visited } from "./relying-party.ts";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });

  test("oidcc-server", async () => {
    const [rp, user, agent] = [await relyingParty(used), await used.signUp(), new Agent(used.url)];
    const before = Math.floor(Date.now() / 1000);
    const { claims, tokens, visit } = await rp.signIn(agent, user);
    expect(visit.pages).toEqual(["sign-in", "consent"]);
    expect(Object.fromEntries(visit.answer!)).toEqual({
      code: expect.any(String),
      state: "a state",
      iss: used.url,
    });
    expect(tokens.json).toMatchObject({ token_type: "Bearer", scope: "openid" });
    expect(tokens.headers.get("cache-control")).toBe("no-store");
    const hashed = createHash("sha256").update(String(tokens.json["access_token"])).digest();
    expect(claims).toEqual({
      iss: used.url,
      sub: user.id,
      aud: rp.client.id,
      exp: claims.iat! + 3600,
      iat: expect.any(Number),
      auth_time: expect.any(Number),
      nonce: "a nonce",
      acr: "urn:latchkey:acr:password",
      amr: ["pwd"],
      sid: expect.stringMatching(/^[\w-]{43}$/),
      at_hash: hashed.subarray(0, 16).toString("base64url"),
    });
    for (const time of [claims.iat!, claims["auth_time"] as number])
      expect(time >= before && time <= before + 60).toBe(true);
  });

  test("oidcc-idtoken-signature and oidcc-idtoken-rs256", async () => {
    const { rp, agent } = await visited(used);
    const { idToken } = await rp.signIn(agent, undefined);
    const header = JSON.parse(Buffer.from(idToken.split(".")[0]!, "base64url").toString());
    expect(header).toEqual({ alg: "RS256", kid: expect.any(String), typ: "JWT" });
  });

  test("an ID token is signed by the algorithm of the client", async () => {
    const [user, agent] = [await used.signUp(), new Agent(used.url)];
    const rp = await relyingParty(used, { settings: { idTokenSignedResponseAlg: "ES256" } });
    const { json } = await rp.redeem(await rp.visit(agent, user));
    expect((await rp.claimsOf(String(json["id_token"]), "ES256")).sub).toBe(user.id);
  });

  test("oidcc-ensure-request-without-nonce-succeeds-for-code-flow", async () => {
    const { rp, agent } = await visited(used);
    const { nonce: _, ...parameters } = rp.parameters();
    const { json } = await rp.redeem(await rp.visit(agent, undefined, parameters));
    expect(await rp.claimsOf(String(json["id_token"]))).not.toHaveProperty("nonce");
  });

  test("oidcc-alternate-happy-flow", async () => {
    const { rp, user, agent } = await visited(used);
    const scope = "address phone email profile openid";
    const pairs = Object.entries(rp.parameters({ scope })).toReversed();
    const { json, status } = await rp.redeem(await rp.visit(agent, user, pairs));
    expect([status, typeof json["id_token"]]).toEqual([200, "string"]);
    expect(String(json["scope"]).split(" ").toSorted()).toEqual(scope.split(" ").toSorted());
  });

  test("oidcc-prompt-login", async () => {
    const { rp, user, agent } = await visited(used);
    const first = await rp.signIn(agent, undefined);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const again = await rp.signIn(agent, user, { prompt: "login" });
    expect(again.visit.pages).toEqual(["sign-in"]);
    expect(again.claims["auth_time"]).toBeGreaterThan(first.claims["auth_time"] as number);
    expect(again.claims.sub).toBe(first.claims.sub);
  });

  test("oidcc-prompt-none-not-logged-in", async () => {
    const { rp } = await visited(used);
    const visit = await rp.visit(new Agent(used.url), undefined, rp.parameters({ prompt: "none" }));
    expect([visit.pages, visit.answer?.get("error"), visit.answer?.get("iss")]).toEqual([
      [],
      "login_required",
      used.url,
    ]);
  });

  test("oidcc-prompt-none-logged-in", async () => {
    const { rp, agent } = await visited(used);
    const first = await rp.signIn(agent, undefined);
    const silent = await rp.signIn(agent, undefined, { prompt: "none" });
    expect(silent.visit.pages).toEqual([]);
    for (const name of ["sub", "auth_time", "sid"])
      expect(silent.claims[name]).toEqual(first.claims[name]);
  });

  test("oidcc-max-age-1", async () => {
    const { rp, user, agent } = await visited(used);
    const first = await rp.signIn(agent, undefined);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const { answer } = await rp.visit(
      agent,
      undefined,
      rp.parameters({ max_age: "1", prompt: "none" }),
    );
    expect(answer?.get("error")).toBe("login_required");
    const again = await rp.signIn(agent, user, { max_age: "1" });
    expect(again.visit.pages).toEqual(["sign-in"]);
    expect(again.claims["auth_time"]).toBeGreaterThan(first.claims["auth_time"] as number);
  });

  test("oidcc-max-age-10000", async () => {
    const { rp, agent } = await visited(used);
    const first = await rp.signIn(agent, undefined, { max_age: "15000" });
    const again = await rp.signIn(agent, undefined, { max_age: "10000", prompt: "none" });
    expect(again.visit.pages).toEqual([]);
    expect(again.claims["auth_time"]).toBe(first.claims["auth_time"]);
  });

  test("max_age 0 asks again, and a malformed one is an error", async () => {
    const { rp, user, agent } = await visited(used);
    expect((await rp.signIn(agent, user, { max_age: "0" })).visit.pages).toEqual(["sign-in"]);
    const wrong = ["-1", "1.5", "x", "9999999999"];
    for (const max_age of wrong) {
      const { answer } = await rp.visit(agent, user, rp.parameters({ max_age }));
      expect([max_age, answer?.get("error")]).toEqual([max_age, "invalid_request"]);
    }
    expect(wrong).toHaveLength(4);
  });

  test("a client's default_max_age and a user who has just signed in", async () => {
    const [user, agent] = [await used.signUp(), new Agent(used.url)];
    const rp = await relyingParty(used, { settings: { defaultMaxAge: 0 } });
    expect((await rp.signIn(agent, user)).visit.pages).toEqual(["sign-in", "consent"]);
    expect((await rp.signIn(agent, user)).visit.pages).toEqual(["sign-in"]);
    expect((await rp.signIn(agent, user, { max_age: "1000" })).visit.pages).toEqual([]);
  });
});

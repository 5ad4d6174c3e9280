// Modules of the conformance suite of the OpenID Foundation about responses and codes. Each test
// has the name of its module.
import { describe, expect, test } from "vitest";
import { useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { newPkce, REDIRECT_URI, refresh } from "../flow.ts";
import { relyingParty, visited } from "./relying-party.ts";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });

  test("oidcc-response-type-missing", async () => {
    const { rp, user, agent } = await visited(used);
    const { response_type: _, ...parameters } = rp.parameters();
    const { answer } = await rp.visit(agent, user, parameters);
    expect([answer?.get("error"), answer?.get("state")]).toEqual(["invalid_request", "a state"]);
  });

  test("oidcc-ensure-request-with-unknown-parameter-succeeds", async () => {
    const { rp, agent } = await visited(used);
    expect((await rp.signIn(agent, undefined, { extra: "foobar" })).tokens.status).toBe(200);
  });

  test("oidcc-codereuse and oidcc-codereuse-30seconds", async () => {
    const { rp, agent } = await visited(used);
    const visit = await rp.visit(agent, undefined);
    const first = await rp.redeem(visit);
    const second = await rp.redeem(visit);
    expect([first.status, second.status, second.json["error"]]).toEqual([
      200,
      400,
      "invalid_grant",
    ]);
    expect((await refresh(used.url, rp.client, first.json["refresh_token"])).json["error"]).toBe(
      "invalid_grant",
    );
  });

  test("oidcc-ensure-registered-redirect-uri", async () => {
    const { rp, agent } = await visited(used);
    const redirect_uri = `${REDIRECT_URI}/other`;
    const visit = await rp.visit(agent, undefined, rp.parameters({ redirect_uri }));
    expect([visit.pages, visit.answer, visit.status]).toEqual([["error"], undefined, 400]);
  });

  test("oidcc-ensure-post-request-succeeds", async () => {
    const { rp, user, agent } = await visited(used);
    const silent = await rp.visit(agent, undefined, rp.parameters({ scope: "openid" }), "POST");
    expect([silent.pages, silent.answer?.has("code")]).toEqual([[], true]);
    const guest = await rp.visit(new Agent(used.url), user, rp.parameters(), "POST");
    expect([guest.pages, guest.answer?.has("code")]).toEqual([["sign-in"], true]);
  });

  test.each([
    ["request", "invalid_request_object"],
    ["request_uri", "request_uri_not_supported"],
  ])("a %s is processed or refused, never ignored", async (name, error) => {
    const { rp, agent } = await visited(used);
    const { answer } = await rp.visit(agent, undefined, rp.parameters({ [name]: "https://x.y/z" }));
    expect(["invalid_request", "invalid_request_object", "invalid_request_uri", error]).toContain(
      answer?.get("error"),
    );
  });

  test("oidcc-refresh-token", async () => {
    const { rp, agent } = await visited(used);
    const first = await rp.signIn(agent, undefined, { scope: "openid offline_access" });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const { json, status } = await refresh(used.url, rp.client, first.tokens.json["refresh_token"]);
    expect(status).toBe(200);
    const claims = await rp.claimsOf(String(json["id_token"]));
    for (const name of ["iss", "sub", "aud", "auth_time", "sid", "acr", "amr"])
      expect([name, claims[name]]).toEqual([name, first.claims[name]]);
    expect(claims).not.toHaveProperty("nonce");
    expect(claims.iat).toBeGreaterThan(first.claims.iat!);
    expect(claims["at_hash"]).not.toBe(first.claims["at_hash"]);
    const other = await visited(used);
    expect((await refresh(used.url, other.rp.client, json["refresh_token"])).json["error"]).toBe(
      "invalid_grant",
    );
  });

  test("a refresh for less than openid gives no ID token", async () => {
    const { rp, user, agent } = await visited(used);
    const { tokens } = await rp.signIn(agent, user, { scope: "openid profile" });
    const { json } = await refresh(used.url, rp.client, tokens.json["refresh_token"], {
      scope: "profile",
    });
    expect([json["scope"], json["id_token"]]).toEqual(["profile", undefined]);
  });

  test("oidcc-ensure-request-with-valid-pkce-succeeds", async () => {
    const { rp, agent } = await visited(used);
    const { verifier, challenge } = newPkce();
    const visit = await rp.visit(
      agent,
      undefined,
      rp.parameters({ code_challenge: challenge, code_challenge_method: "S256" }),
    );
    expect((await rp.redeem(visit, { code_verifier: verifier })).status).toBe(200);
  });

  test("authorization_details of an unknown type is refused", async () => {
    const { rp, agent } = await visited(used);
    const authorization_details = JSON.stringify([{ type: "payment_initiation" }]);
    const asked = rp.parameters({ authorization_details });
    expect((await rp.visit(agent, undefined, asked)).answer?.get("error")).toBe(
      "invalid_authorization_details",
    );
  });

  test("a long nonce and a long state come back whole", async () => {
    const { rp, agent } = await visited(used);
    for (const length of [64, 384]) {
      const [nonce, state] = ["n".repeat(length), "s".repeat(length * 2)];
      const { claims, visit } = await rp.signIn(agent, undefined, { nonce, state });
      expect([claims["nonce"], visit.answer?.get("state")]).toEqual([nonce, state]);
    }
  });

  test("without openid there is no ID token, and a client that lacks it gets none", async () => {
    const [user, agent] = [await used.signUp(), new Agent(used.url)];
    const rp = await relyingParty(used);
    const plain = await rp.redeem(await rp.visit(agent, user, rp.parameters({ scope: "profile" })));
    expect([plain.json["scope"], plain.json["id_token"]]).toEqual(["profile", undefined]);
    const lacking = await relyingParty(used, { scopes: ["profile"] });
    const { json } = await lacking.redeem(
      await lacking.visit(agent, user, lacking.parameters({ scope: "openid profile email" })),
    );
    expect([json["scope"], json["id_token"]]).toEqual(["profile", undefined]);
  });

  test("oidcc-form-post: a page posts the code, and errors too", async () => {
    const { rp, agent } = await visited(used);
    const asked = rp.parameters({ response_mode: "form_post" });
    const visit = await rp.visit(agent, undefined, asked);
    expect(visit.pages).toEqual(["form-post"]);
    expect([...visit.answer!.keys()].toSorted()).toEqual(["code", "iss", "state"]);
    expect((await rp.redeem(visit)).status).toBe(200);
    const silent = { ...asked, prompt: "none" };
    const failed = await rp.visit(new Agent(used.url), undefined, silent);
    expect([failed.answer?.get("error"), failed.answer?.get("state")]).toEqual([
      "login_required",
      "a state",
    ]);
    const { answer } = await rp.visit(
      agent,
      undefined,
      rp.parameters({ response_mode: "fragment" }),
    );
    expect(answer?.get("error")).toBe("invalid_request");
  });
});

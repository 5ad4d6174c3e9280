// Back-channel logout (OpenID Connect Back-Channel Logout 1.0): each end of a session reaches the
// clients in which the user signed in by it.
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import { type OtherServer, serve } from "../../outbound/servers.ts";
import { type SignedIn, type UsedServer, useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { relyingParty } from "./relying-party.ts";

const BACK = "https://client.example.com/signed-out";

/** A client that takes logout tokens. */
async function party(used: UsedServer, status = 200, settings = {}) {
  const receiver = await serve((_, response) => void response.writeHead(status).end());
  const rp = await relyingParty(used, {
    settings: {
      postLogoutRedirectUris: [BACK],
      backchannelLogoutUri: `http://127.0.0.1:${receiver.port}/logout`,
      ...settings,
    },
  });
  return { rp, receiver };
}

/** Waits for logout tokens, and returns them. */
async function tokensAt(receiver: OtherServer, count = 1): Promise<string[]> {
  await expect.poll(() => receiver.requests.length).toBe(count);
  return receiver.requests.map(
    (request) => /^POST \/logout logout_token=([\w-]+\.[\w-]+\.[\w-]+)$/.exec(request)![1]!,
  );
}

/** What ends the session of a browser, or the access of its user. */
const ENDS: Readonly<
  Record<string, (used: UsedServer, user: SignedIn, agent: Agent) => Promise<unknown>>
> = {
  "a sign-out by the page": async (_, __, agent) => {
    await agent.get("/sign-out");
    await agent.post("/sign-out", {});
  },
  "the end of the session by its user elsewhere": async (_, user) => {
    const { sessions } = await user.users.listSessions({});
    const browser = sessions.find(({ api }) => api === "browser")!;
    await user.users.revokeSession({ sessionId: browser.id });
  },
  "the end of all sessions": async (_, __, agent) => {
    await agent.get("/account/sessions");
    await agent.post("/account/sessions/end-all", { which: "all" });
  },
  "a global revocation": (used, { email }) =>
    used.administrator.oauth.revokeUserTokens({ subId: { format: "email", email } }),
  "a lock": (used, { id }) => used.administrator.users.lockUser({ userId: id, reason: "abuse" }),
  "a new password": (_, { users, password }) =>
    users.changePassword({ currentPassword: password, newPassword: `${password} anew` }),
  "a deletion": (used, { id }) => used.administrator.users.deleteUser({ userId: id }),
};

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  let late = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + late };
  const used = useServer({ engine, clock });

  test("oidcc-backchannel-rp-initiated-logout", async () => {
    const { rp, receiver } = await party(used, 200, { backchannelLogoutSessionRequired: true });
    const [user, agent] = [await used.signUp(), new Agent(used.url)];
    const { idToken, claims: signedIn } = await rp.signIn(agent, user);
    const hint = { id_token_hint: idToken, post_logout_redirect_uri: BACK };
    const response = await agent.get(`/oauth2/logout?${new URLSearchParams(hint)}`);
    expect(response.headers.get("location")).toBe(BACK);
    const [token = ""] = await tokensAt(receiver);
    const keys = (await (await fetch(`${used.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer: used.url,
      audience: rp.client.id,
      typ: "logout+jwt",
      algorithms: ["RS256"],
    });
    expect(protectedHeader).toEqual({ alg: "RS256", typ: "logout+jwt", kid: expect.any(String) });
    expect(payload).toEqual({
      iss: used.url,
      aud: rp.client.id,
      iat: expect.any(Number),
      exp: payload.iat! + 120,
      jti: expect.any(String),
      events: { "http://schemas.openid.net/event/backchannel-logout": {} },
      sub: user.id,
      sid: signedIn["sid"],
    });
    const metrics = await used.server.metrics();
    expect(metrics.get('latchkey_logout_tokens_total{outcome="sent"}')).toBeGreaterThan(0);
    const lines = used.server.log.filter((line) => line.includes('"logout token"'));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join()).not.toContain(token.split(".")[2]);
    expect(await rp.visit(agent, undefined)).toMatchObject({ pages: ["sign-in"] });
  });

  test.each(Object.keys(ENDS))("%s tells the client of that session", async (name) => {
    const { rp, receiver } = await party(used, 204, { idTokenSignedResponseAlg: "ES256" });
    const [user, agent, other] = [await used.signUp(), new Agent(used.url), await used.signUp()];
    const visit = await rp.visit(agent, user);
    const { json } = await rp.redeem(visit);
    const { sid, sub } = await rp.claimsOf(String(json["id_token"]), "ES256");
    const otherAgent = new Agent(used.url);
    await rp.redeem(await rp.visit(otherAgent, other));
    await ENDS[name]!(used, user, agent);
    const [token = ""] = await tokensAt(receiver);
    expect(decodeJwt(token)).toMatchObject({ sub, sid });
    expect((await otherAgent.get("/account")).status).toBe(200);
  });

  test("a new password in the browser ends its session too, which gets a new id", async () => {
    const { rp, receiver } = await party(used);
    const [user, agent, other] = [await used.signUp(), new Agent(used.url), new Agent(used.url)];
    const here = await rp.signIn(agent, user);
    const elsewhere = await rp.signIn(other, user);
    await agent.get("/account/password");
    await agent.post("/account/password", {
      current_password: user.password,
      new_password: `${user.password} anew`,
    });
    const sids = (await tokensAt(receiver, 2)).map((token) => decodeJwt(token)["sid"]);
    expect(new Set(sids)).toEqual(new Set([here.claims["sid"], elsewhere.claims["sid"]]));
    expect((await agent.get("/account")).status).toBe(200);
  });

  test("a redirect is not followed, and the token is sent again later", async () => {
    const target = await serve((_, response) => void response.writeHead(200).end());
    let status = 307;
    const receiver = await serve(
      (_, response) =>
        void response
          .writeHead(status, { location: `http://127.0.0.1:${target.port}/elsewhere` })
          .end(),
    );
    const rp = await relyingParty(used, {
      settings: { backchannelLogoutUri: `http://127.0.0.1:${receiver.port}/logout` },
    });
    const [user, agent] = [await used.signUp(), new Agent(used.url)];
    await rp.signIn(agent, user);
    await agent.get("/sign-out");
    await agent.post("/sign-out", {});
    await tokensAt(receiver);
    status = 200;
    late += 15_000;
    const [first, second] = await tokensAt(receiver, 2);
    expect(decodeJwt(second!).jti).not.toBe(decodeJwt(first!).jti);
    expect(target.requests).toEqual([]);
    const failed = used.server.log.filter((line) => line.includes("logout token not delivered"));
    expect(failed.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ clientId: rp.client.id, outcome: "failed", reason: "307" }),
    );
  });
});

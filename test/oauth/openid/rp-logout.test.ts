// Modules of the conformance suite of the OpenID Foundation about RP-initiated logout. Each test
// has the name of its module, without `oidcc-rp-initiated-logout` in front.
import { describe, expect, test } from "vitest";
import { type UsedServer, useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { relyingParty } from "./relying-party.ts";

const BACK = "https://client.example.com/signed-out";
const SIGNED_OUT = "/sign-in?notice=signed-out";

/** A user who has signed in to a client in a browser. */
async function signedIn(used: UsedServer) {
  const rp = await relyingParty(used, { settings: { postLogoutRedirectUris: [BACK] } });
  const [user, agent] = [await used.signUp(), new Agent(used.url)];
  const { idToken } = await rp.signIn(agent, user);
  const logOut = (parameters: Record<string, string>): Promise<Response> =>
    agent.get(`/oauth2/logout?${new URLSearchParams(parameters)}`);
  return { rp, user, agent, idToken, logOut };
}

const locationOf = ({ status, headers }: Response) => [status, headers.get("location")];

/** Whether the browser has a session. */
const isSignedIn = async (agent: Agent): Promise<boolean> =>
  (await agent.get("/account")).status === 200;

/** Answers the question of the last page. */
const confirm = (agent: Agent): Promise<Response> =>
  agent.post("/oauth2/logout/confirm", { decision: agent.hidden("decision") });

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });

  test("(the main module)", async () => {
    const { rp, agent, idToken, logOut } = await signedIn(used);
    const response = await logOut({
      id_token_hint: idToken,
      post_logout_redirect_uri: BACK,
      state: "a state &=/%",
    });
    expect(locationOf(response)).toEqual([303, `${BACK}?state=a+state+%26%3D%2F%25`]);
    expect(await isSignedIn(agent)).toBe(false);
    const visit = await rp.visit(agent, undefined, rp.parameters({ prompt: "none" }));
    expect(visit.answer?.get("error")).toBe("login_required");
  });

  test("-discovery-endpoint-verification", async () => {
    const path = "/.well-known/oauth-authorization-server";
    expect(await (await fetch(`${used.url}${path}`)).json()).toMatchObject({
      end_session_endpoint: `${used.url}/oauth2/logout`,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
  });

  test("-no-state", async () => {
    const { idToken, logOut } = await signedIn(used);
    const response = await logOut({ id_token_hint: idToken, post_logout_redirect_uri: BACK });
    expect(locationOf(response)).toEqual([303, BACK]);
  });

  test("-no-post-logout-redirect-uri", async () => {
    const { agent, idToken, logOut } = await signedIn(used);
    const response = await logOut({ id_token_hint: idToken, state: "a state" });
    expect(locationOf(response)).toEqual([303, SIGNED_OUT]);
    expect(await isSignedIn(agent)).toBe(false);
  });

  test.each([
    ["-no-params", {}],
    ["-only-state", { state: "a state" }],
    ["-no-id-token-hint", { post_logout_redirect_uri: BACK, state: "a state" }],
  ])("%s: the user is asked, and stays here", async (_, parameters) => {
    const { agent, logOut } = await signedIn(used);
    expect(locationOf(await logOut(parameters))).toEqual([200, null]);
    expect(await isSignedIn(agent)).toBe(true);
    await logOut(parameters);
    expect(locationOf(await confirm(agent))).toEqual([303, SIGNED_OUT]);
    expect(await isSignedIn(agent)).toBe(false);
  });

  test.each([
    ["-bad-post-logout-redirect-uri", `${BACK}/elsewhere`],
    ["-query-added-to-post-logout-redirect-uri", `${BACK}?foo=bar`],
  ])("%s: the user is asked, and stays here", async (_, uri) => {
    const { agent, idToken, logOut } = await signedIn(used);
    const parameters = { id_token_hint: idToken, post_logout_redirect_uri: uri, state: "a" };
    expect(locationOf(await logOut(parameters))).toEqual([200, null]);
    expect(locationOf(await confirm(agent))).toEqual([303, SIGNED_OUT]);
  });

  test("-modified-id-token-hint and -bad-id-token-hint: the user is asked", async () => {
    const { agent, idToken, logOut } = await signedIn(used);
    const [, payload] = idToken.split(".");
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
    for (const hint of [`${none}.${payload}.`, `${idToken.slice(0, -8)}AAAAAAAA`]) {
      const parameters = { id_token_hint: hint, post_logout_redirect_uri: BACK, state: "a" };
      expect(locationOf(await logOut(parameters))).toEqual([200, null]);
    }
    expect(locationOf(await confirm(agent))).toEqual([303, SIGNED_OUT]);
  });

  test("POST is as GET, and comes back with the session", async () => {
    const { agent, idToken } = await signedIn(used);
    const form = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: BACK });
    const first = await agent.postFromElsewhere("/oauth2/logout", form);
    expect(first.status).toBe(303);
    const second = await agent.get(first.headers.get("location")!);
    expect(locationOf(second)).toEqual([303, BACK]);
    expect(await isSignedIn(agent)).toBe(false);
  });

  test("HEAD ends nothing", async () => {
    const { agent, idToken } = await signedIn(used);
    const url = `${used.url}/oauth2/logout?${new URLSearchParams({ id_token_hint: idToken })}`;
    const response = await fetch(url, { method: "HEAD", headers: { cookie: agent.cookie } });
    expect([response.status, await isSignedIn(agent)]).toEqual([405, true]);
  });

  test("a hint whose session has ended leads back at once", async () => {
    const { agent, idToken, logOut } = await signedIn(used);
    await agent.get("/sign-out");
    await agent.post("/sign-out", {});
    const response = await logOut({ id_token_hint: idToken, post_logout_redirect_uri: BACK });
    expect(locationOf(response)).toEqual([303, BACK]);
  });

  test("without a session and a hint, a link leads nowhere", async () => {
    const { rp } = await signedIn(used);
    const parameters = { client_id: rp.client.id, post_logout_redirect_uri: BACK };
    const path = `/oauth2/logout?${new URLSearchParams(parameters)}`;
    expect(locationOf(await new Agent(used.url).get(path))).toEqual([303, SIGNED_OUT]);
  });

  test("a client that names itself: the user confirms, and goes back", async () => {
    const { rp, agent, logOut } = await signedIn(used);
    const parameters = { client_id: rp.client.id, post_logout_redirect_uri: BACK, state: "s" };
    expect(locationOf(await logOut({ ...parameters, ui_locales: "ru" }))).toEqual([200, null]);
    expect(agent.page).toContain("просит завершить ваш сеанс");
    expect(locationOf(await confirm(agent))).toEqual([303, `${BACK}?state=s`]);
    const { auditEvents } = await used.administrator.audit.listAuditEvents({
      type: "user.sign_out",
      clientId: rp.client.id,
    });
    expect(auditEvents).toHaveLength(1);
  });

  test("a decision of another purpose, or changed, ends nothing", async () => {
    const { agent, logOut } = await signedIn(used);
    await logOut({});
    const decision = agent.hidden("decision");
    const refused: number[] = [];
    for (const wrong of ["", "a", `${decision}A`, agent.hidden("form_token")]) {
      const fields = { form_token: agent.hidden("form_token"), decision: wrong };
      const kept = agent.page;
      refused.push((await agent.post("/oauth2/logout/confirm", fields)).status);
      agent.page = kept;
    }
    expect(refused).toEqual([400, 400, 400, 400]);
    expect(await isSignedIn(agent)).toBe(true);
  });
});

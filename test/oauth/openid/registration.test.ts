// Modules of the conformance suite of the OpenID Foundation about clients that register themselves,
// as far as they don't need the implicit grant. Each test has the name of its module.
import { describe, expect, test } from "vitest";
import { serve } from "../../outbound/servers.ts";
import { useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { newPkce } from "../flow.ts";
import { manage, registerItself } from "../registration/calls.ts";

const CALLBACK = "https://rp.example.com/callback?which=one";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({
    engine,
    environment: { CLIENT_REGISTRATION: "open", CLIENT_REGISTRATIONS_PER_NETWORK: "1000" },
  });
  const register = (metadata: object) =>
    registerItself(used.url, { redirect_uris: [CALLBACK], client_name: "A shop", ...metadata });

  /** Sends a signed-in user to the authorization endpoint; returns the answer and the page. */
  async function visit(clientId: unknown, redirectUri: string | undefined, more = {}) {
    const [user, agent] = [await used.signUp(), new Agent(used.url)];
    await agent.signIn(user);
    const parameters = new URLSearchParams({
      response_type: "code",
      client_id: String(clientId),
      ...(redirectUri !== undefined && { redirect_uri: redirectUri }),
      scope: "openid",
      state: "a state",
      code_challenge: newPkce().challenge,
      code_challenge_method: "S256",
      ...more,
    });
    const response = await agent.get(`/oauth2/authorize?${parameters}`);
    return { agent, response };
  }

  test("oidcc-redirect-uri-query-OK", async () => {
    const { json } = await register({});
    const { agent } = await visit(json["client_id"], CALLBACK);
    const decision = agent.hidden("decision");
    const answer = await agent.post("/consent", { decision, answer: "allow" });
    const location = new URL(answer.headers.get("location") ?? "");
    expect(location.href.startsWith(`${CALLBACK}&code=`)).toBe(true);
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      which: "one",
      state: "a state",
      iss: used.url,
    });
  });

  test("oidcc-redirect-uri-query-mismatch, -added, -in-authorization-request", async () => {
    const { json } = await register({ redirect_uris: [CALLBACK, "https://rp.example.com/second"] });
    const wrong = [
      CALLBACK.replace("one", "two"),
      `${CALLBACK}&more=x`,
      "https://rp.example.com/callback",
      "https://rp.example.com/second?added=x",
      "https://rp.example.com/unregistered",
      undefined,
    ];
    let count = 0;
    for (const uri of wrong) {
      const { response } = await visit(json["client_id"], uri);
      expect([uri, response.status, response.headers.get("location")]).toEqual([uri, 400, null]);
      count++;
    }
    expect(count).toBe(6);
  });

  test("oidcc-redirect-uri-regfrag", async () => {
    const { status, json } = await register({ redirect_uris: ["https://rp.example.com/cb#frag"] });
    expect([status, json["error"]]).toEqual([400, "invalid_redirect_uri"]);
  });

  test("oidcc-registration-logo-uri, -policy-uri and -tos-uri", async () => {
    const pages = {
      client_uri: "https://rp.example.com/?a=1&b=2",
      policy_uri: "https://rp.example.com/privacy",
      tos_uri: "https://rp.example.com/terms",
      logo_uri: "https://rp.example.com/logo.png",
    };
    const { json } = await register(pages);
    expect(json).toMatchObject(pages);
    const { agent } = await visit(json["client_id"], CALLBACK);
    for (const uri of [pages.client_uri, pages.policy_uri, pages.tos_uri])
      expect(agent.page).toContain(`href="${uri.replace("&", "&amp;")}"`);
    // A picture of another origin would tell its server who is here, and could imitate another one.
    expect(agent.page).not.toContain("logo.png");
    expect(agent.page).toContain("Unverified: the developer’s identity has not been checked");
  });

  test("an error isn't redirected without a question, as no administrator vouches", async () => {
    const { json } = await register({});
    const { response, agent } = await visit(json["client_id"], CALLBACK, {
      response_type: "token",
    });
    expect([response.status, response.headers.get("location")]).toEqual([400, null]);
    expect(agent.page).toContain("Go back to rp.example.com");
  });

  test("oidcc-idtoken-unsigned is refused at the registration", async () => {
    const { status, json } = await register({ id_token_signed_response_alg: "none" });
    expect([status, json["error"]]).toEqual([400, "invalid_client_metadata"]);
    const response = await fetch(`${used.url}/.well-known/openid-configuration`);
    const metadata = (await response.json()) as Record<string, unknown>;
    expect(metadata["id_token_signing_alg_values_supported"]).not.toContain("none");
  });

  test("oidcc-3rd-party-initiated-login and -nohttps", async () => {
    const uri = "https://rp.example.com/login";
    const registered = await register({ initiate_login_uri: uri });
    expect((await manage(registered, "GET")).json["initiate_login_uri"]).toBe(uri);
    const { status, json } = await register({ initiate_login_uri: uri.replace("s:", ":") });
    expect([status, json["error"]]).toEqual([400, "invalid_client_metadata"]);
  });

  test("oidcc-registration-sector-uri and -sector-bad", async () => {
    let answer: { body: string; type: string; status: number } | undefined;
    const sector = await serve((_, response) => {
      const { body, type, status } = answer!;
      response.writeHead(status, { "content-type": type, location: "/list" }).end(body);
    });
    const metadata = {
      subject_type: "pairwise",
      sector_identifier_uri: `http://127.0.0.1:${sector.port}/list`,
    };
    const list = (uris: unknown) => JSON.stringify(uris);
    const type = "application/json";
    const bad = [
      { body: list(["https://rp.example.com/other"]), type, status: 200 },
      { body: list({ uris: [CALLBACK] }), type, status: 200 },
      { body: list([CALLBACK]), type: "text/plain", status: 200 },
      { body: list([CALLBACK]), type, status: 404 },
      { body: list([CALLBACK]), type, status: 302 },
      { body: "[", type, status: 200 },
      { body: list([CALLBACK, "x".repeat(70_000)]), type, status: 200 },
    ];
    let count = 0;
    for (answer of bad) {
      const { status, json } = await register(metadata);
      expect([answer.body.slice(0, 80), status, json["error"]]).toEqual([
        answer.body.slice(0, 80),
        400,
        "invalid_client_metadata",
      ]);
      count++;
    }
    // Each registration asks once.
    expect([count, sector.requests.length]).toEqual([7, 7]);
    answer = { body: list(["https://rp.example.com/other", CALLBACK]), type, status: 200 };
    const registered = await register(metadata);
    expect([registered.status, registered.json["subject_type"]]).toEqual([201, "pairwise"]);
    const json = {
      client_id: registered.json["client_id"],
      redirect_uris: ["https://rp.example.com/unlisted"],
      ...metadata,
    };
    expect((await manage(registered, "PUT", { json })).status).toBe(400);
    const { client } = await used.administrator.oauth.getClient({
      clientId: String(registered.json["client_id"]),
    });
    expect(client?.redirectUris).toEqual([CALLBACK]);
    await expect(
      used.administrator.oauth.updateClient({
        client: { id: client!.id, redirectUris: ["https://rp.example.com/unlisted"] },
      }),
    ).rejects.toThrow("lacks a redirect URI");
  });
});

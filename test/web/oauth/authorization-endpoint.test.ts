// What the authorization endpoint refuses, and how: on a page of its own, or as an error for the
// application.
import { describe, expect, test } from "vitest";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const used = useServer();
const REDIRECT_URI = "https://app.example/callback/path?tenant=1";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWBuGJSstw_cM";

const register = async (
  redirectUris: string[] = [REDIRECT_URI],
  type: ClientType = ClientType.CONFIDENTIAL,
  ownerId = "",
): Promise<string> => {
  const { client } = await used.administrator.oauth.createClient({
    client: { name: unique("app "), type, redirectUris, scopes: ["profile"], ownerId },
  });
  return client!.id;
};
const standard = (clientId: string): Record<string, string> => ({
  response_type: "code",
  client_id: clientId,
  redirect_uri: REDIRECT_URI,
  code_challenge: CHALLENGE,
  code_challenge_method: "S256",
  scope: "profile",
  state: "s",
});
/** A signed-in user who has agreed to nothing. */
const user = async (): Promise<Agent> => {
  const agent = new Agent(used.url);
  expect((await agent.signIn(await used.signUp())).headers.get("location")).toBe("/");
  return agent;
};
const authorize = (agent: Agent, parameters: Record<string, string>, raw = ""): Promise<Response> =>
  agent.get(`/oauth2/authorize?${new URLSearchParams(parameters)}${raw}`);
const errorOf = (response: Response): Record<string, string> =>
  Object.fromEntries(
    new URL(response.headers.get("location") ?? "http://none.invalid").searchParams,
  );

/** RFC 6749 section 4.1.2.1. */
const DESCRIPTION = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/;

/** S-01: sixty ways to be not quite the registered URI. */
const MUTATIONS: readonly string[] = [
  "",
  "https://app.example",
  "https://app.example/",
  "https://app.example/callback",
  "https://app.example/callback/path",
  "https://app.example/callback/path?",
  "https://app.example/callback/path?tenant=2",
  "https://app.example/callback/path?tenant=1&x=1",
  "https://app.example/callback/path?x=1&tenant=1",
  "https://app.example/callback/path/?tenant=1",
  "https://app.example/callback/PATH?tenant=1",
  "https://app.example/Callback/path?tenant=1",
  "https://app.example//callback/path?tenant=1",
  "https://app.example/callback//path?tenant=1",
  "https://app.example/./callback/path?tenant=1",
  "https://app.example/x/../callback/path?tenant=1",
  "https://app.example/callback/path/..?tenant=1",
  "https://app.example/callback/path/../../evil?tenant=1",
  "https://app.example/callback/%70ath?tenant=1",
  "https://app.example/callback%2Fpath?tenant=1",
  "https://app.example/callback/%2e%2e/path?tenant=1",
  "https://app.example/callback/path%3Ftenant=1",
  `${REDIRECT_URI}#`,
  `${REDIRECT_URI}#x`,
  `${REDIRECT_URI}%23`,
  `${REDIRECT_URI}%00`,
  `${REDIRECT_URI}\u0000`,
  `${REDIRECT_URI} `,
  ` ${REDIRECT_URI}`,
  `${REDIRECT_URI}\t`,
  `\t${REDIRECT_URI}`,
  `${REDIRECT_URI}\r\nx: y`,
  `${REDIRECT_URI}\n`,
  "https://user@app.example/callback/path?tenant=1",
  "https://user:pass@app.example/callback/path?tenant=1",
  "https://app.example@evil.example/callback/path?tenant=1",
  "https://evil.example@app.example/callback/path?tenant=1",
  "https://app.example%40evil.example/callback/path?tenant=1",
  "https://app.example:443/callback/path?tenant=1",
  "https://app.example:444/callback/path?tenant=1",
  "https://app.example:/callback/path?tenant=1",
  "http://app.example/callback/path?tenant=1",
  "HTTPS://app.example/callback/path?tenant=1",
  "https:app.example/callback/path?tenant=1",
  "https:/app.example/callback/path?tenant=1",
  "https:///app.example/callback/path?tenant=1",
  "//app.example/callback/path?tenant=1",
  "/callback/path?tenant=1",
  "https:\\\\app.example\\callback\\path?tenant=1",
  "https://app.example\\@evil.example/callback/path?tenant=1",
  "https://evil.app.example/callback/path?tenant=1",
  "https://app.example.evil.example/callback/path?tenant=1",
  "https://appXexample/callback/path?tenant=1",
  "https://APP.example/callback/path?tenant=1",
  "https://app.example./callback/path?tenant=1",
  "https://аpp.example/callback/path?tenant=1",
  "https://xn--pp-6kc.example/callback/path?tenant=1",
  "https://127.0.0.1/callback/path?tenant=1",
  "javascript:alert(1)//https://app.example/callback/path?tenant=1",
  "data:text/html,x",
  "https%3A%2F%2Fapp.example%2Fcallback%2Fpath%3Ftenant%3D1",
  `${REDIRECT_URI},https://evil.example`,
];

describe("a redirect URI", () => {
  test("of sixty unregistered ones leads to a page, also when signed in", async () => {
    expect(new Set(MUTATIONS).size).toBeGreaterThanOrEqual(60);
    const clientId = await register([REDIRECT_URI, "https://app.example/other"]);
    const agent = await user();
    for (const redirect_uri of MUTATIONS) {
      const response = await authorize(agent, { ...standard(clientId), redirect_uri });
      expect([redirect_uri, response.status, response.headers.get("location")]).toEqual([
        redirect_uri,
        400,
        null,
      ]);
      expect(agent.page).not.toContain("evil.example");
    }
  });

  test("may be left out only where there is one", async () => {
    const { redirect_uri: _, ...without } = standard(await register());
    expect((await authorize(await user(), without)).status).toBe(200);
    expect(
      (
        await authorize(await user(), {
          ...without,
          client_id: await register([REDIRECT_URI, "https://app.example/b"]),
        })
      ).status,
    ).toBe(400);
    expect((await authorize(await user(), { ...standard("nobody") })).status).toBe(400);
  });

  test("on a loopback address has a free port, for native clients only", async () => {
    const uri = "http://127.0.0.1/cb";
    const [native, web] = [await register([uri], ClientType.PUBLIC), await register([uri])];
    const agent = await user();
    for (const port of [1024, 8000, 40_000, 51_234, 65_535]) {
      expect(
        (
          await authorize(agent, {
            ...standard(native),
            redirect_uri: `http://127.0.0.1:${port}/cb`,
          })
        ).status,
      ).toBe(200);
      expect(
        (await authorize(agent, { ...standard(web), redirect_uri: `http://127.0.0.1:${port}/cb` }))
          .status,
      ).toBe(400);
    }
    for (const host of ["localhost", "127.0.0.2", "[::1]"])
      expect(
        (await authorize(agent, { ...standard(native), redirect_uri: `http://${host}/cb` })).status,
      ).toBe(400);
  });
});

describe("a request that can't be answered", () => {
  test.each([
    [{ response_type: "" }, "invalid_request", "response_type"],
    ...["token", "id_token token", "code token", "none"].map(
      (response_type) => [{ response_type }, "unsupported_response_type", "response_type"] as const,
    ),
    [{ response_mode: "fragment" }, "invalid_request", "response_mode"],
    [{ request: "eyJ" }, "invalid_request_object", "request "],
    [{ request_uri: "http://127.0.0.1:9/x" }, "request_uri_not_supported", "request_uri"],
    [{ code_challenge: "", code_challenge_method: "" }, "invalid_request", "PKCE"],
    [{ code_challenge: "" }, "invalid_request", "code_challenge is missing"],
    [{ code_challenge_method: "plain" }, "invalid_request", "code_challenge_method"],
    [{ code_challenge_method: "" }, "invalid_request", "code_challenge_method"],
    [{ code_challenge: "short" }, "invalid_request", "code_challenge"],
    [{ scope: "admin" }, "invalid_scope", "scope"],
    [{ scope: "groups" }, "invalid_scope", "scope"],
    [{ scope: 'a"b' }, "invalid_scope", "scope"],
    [{ scope: "x ".repeat(2000) }, "invalid_scope", "scope"],
    [{ prompt: "none login" }, "invalid_request", "prompt"],
    [{ prompt: "dance" }, "invalid_request", "prompt"],
    [{ prompt: "none" }, "login_required", "prompt=none"],
    [{ nonce: "é\u0000" }, "invalid_request", "nonce"],
    [{ resource: "not a URI" }, "invalid_target", "resource"],
    [{ resource: "https://api.example/#x" }, "invalid_target", "resource"],
    [{ resource: "/relative" }, "invalid_target", "resource"],
  ] as const)("goes back as an error: %j %s", async (change, error, named) => {
    const response = await authorize(new Agent(used.url), {
      ...standard(await register()),
      ...change,
    });
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toMatch(
      /^https:\/\/app\.example\/callback\/path\?tenant=1&/,
    );
    const error_description = expect.stringContaining(named) as string;
    const answer = errorOf(response);
    expect(answer).toEqual({ tenant: "1", error, error_description, state: "s", iss: used.url });
    expect(answer["error_description"]).toMatch(DESCRIPTION);
  });

  test("for an application without a known maker is a page with a link back", async () => {
    const clientId = await register(
      [REDIRECT_URI],
      ClientType.CONFIDENTIAL,
      (await used.signUp()).id,
    );
    for (const change of [{ scope: "admin" }, { prompt: "none" }] as Record<string, string>[]) {
      const agent = new Agent(used.url);
      const response = await authorize(agent, { ...standard(clientId), ...change });
      expect([response.status, response.headers.get("location")]).toEqual([400, null]);
      expect(agent.page).toContain('href="https://app.example/callback/path?tenant=1&amp;error=');
      expect(agent.page).toMatch(/<p class="quiet small" lang="en">\w+[^]*error_description=\w+/);
    }
  });

  test("a parameter that comes twice", async () => {
    const clientId = await register();
    for (const name of ["client_id", "redirect_uri"])
      expect((await authorize(new Agent(used.url), standard(clientId), `&${name}=x`)).status).toBe(
        400,
      );
    for (const name of ["scope", "state", "response_type", "code_challenge", "x=1&x"]) {
      expect(
        errorOf(await authorize(new Agent(used.url), standard(clientId), `&${name}=s`)),
      ).toMatchObject({
        error: "invalid_request",
        error_description: expect.stringContaining("more than once"),
      });
    }
  });

  test("resource may come several times, RFC 8707", async () => {
    const uris = ["https://api.example/v1", "https://api.example/v2?x=1", "urn:example:api"];
    const raw = uris.map((uri) => `&resource=${encodeURIComponent(uri)}`).join("");
    expect((await authorize(await user(), standard(await register()), raw)).status).toBe(200);
    expect(
      errorOf(await authorize(await user(), standard(await register()), `${raw}&resource=x`)),
    ).toMatchObject({ error: "invalid_target" });
  });

  test("an error page says in English what is wrong", async () => {
    const clientId = await register();
    const cases: readonly (readonly [Record<string, string>, string, string])[] = [
      [{ client_id: "unknown" }, "", "client_id is not that of a registered client."],
      [{ client_id: "" }, "", "client_id is missing."],
      [{ client_id: "x".repeat(129) }, "", "client_id is too long"],
      [{ redirect_uri: "https://app.example/x" }, "", "redirect_uri is not registered"],
      [{}, "&redirect_uri=x", "redirect_uri occurs more than once."],
      [{ state: "x".repeat(6000) }, "", "The request is longer than 5500 characters."],
    ];
    for (const [change, raw, text] of cases) {
      const agent = new Agent(used.url);
      const parameters = { ...standard(clientId), ...change };
      expect((await authorize(agent, parameters, raw)).status).toBe(400);
      expect(agent.page).toContain(`lang="en">${text}`);
    }
  });

  test("another method", async () => {
    const response = await fetch(`${used.url}/oauth2/authorize`, { method: "PUT" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, POST"]);
  });
});

describe("the state", () => {
  test.each([
    "1",
    "a b+c&d=e%20f?#/\\<>\"'",
    "ünï©ødé 状态 🔑",
    "x".repeat(512),
    "y/".repeat(1024),
  ])("comes back as it was", async (state) => {
    expect(
      errorOf(
        await authorize(new Agent(used.url), {
          ...standard(await register()),
          prompt: "none",
          state,
        }),
      )["state"],
    ).toBe(state);
  });
  test.each(["z".repeat(2049), "a\r\nb: c", "a\u0000", "a\nb"])(
    "is refused, and not repeated, when it is too long or could split a header",
    async (state) => {
      expect(
        errorOf(await authorize(new Agent(used.url), { ...standard(await register()), state })),
      ).toEqual({
        tenant: "1",
        error: "invalid_request",
        error_description: "state is too long or has control characters.",
        iss: used.url,
      });
    },
  );
  test.each(["%zz", "%ff", "%"])("that can't be read is no request: %s", async (raw) => {
    expect(
      (await authorize(new Agent(used.url), standard(await register()), `${raw}`)).status,
    ).toBe(400);
  });
});

test("consent is asked again for who could be anybody", async () => {
  const uri = "http://127.0.0.1/cb";
  const agent = await user();
  for (const [type, redirectUri, status] of [
    [ClientType.PUBLIC, uri, 200],
    [ClientType.PUBLIC, REDIRECT_URI, 303],
    [ClientType.CONFIDENTIAL, REDIRECT_URI, 303],
  ] as const) {
    const parameters = {
      ...standard(await register([redirectUri], type)),
      redirect_uri: redirectUri,
    };
    await authorize(agent, parameters);
    expect(
      (await agent.post("/consent", { decision: agent.hidden("decision"), answer: "allow" }))
        .status,
    ).toBe(303);
    expect((await authorize(agent, parameters)).status).toBe(status);
  }
});

test("the metadata names the endpoint, which has no CORS", async () => {
  const metadata = (await (
    await fetch(`${used.url}/.well-known/oauth-authorization-server`)
  ).json()) as Record<string, unknown>;
  expect(metadata).toMatchObject({
    issuer: used.url,
    authorization_endpoint: `${used.url}/oauth2/authorize`,
    authorization_response_iss_parameter_supported: true,
  });
  const response = await new Agent(used.url).get("/oauth2/", { origin: "https://app.example" });
  expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([
    400,
    null,
  ]);
});

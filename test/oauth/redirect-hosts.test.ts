// Redirect URIs whose host is none: they are registered nowhere, used nowhere, and end no directive
// of the pages' policy.
import { beforeAll, describe, expect, test } from "vitest";
import { contentSecurityPolicy } from "../../src/web/request/security-headers.ts";
import { refusalOf } from "../clients/refusal.ts";
import { unique, useServer } from "../use-server.ts";
import { Agent } from "../web/agent.ts";

/** What a policy, a header or a page could take for an end, and what no host holds. */
const CHARACTERS = [
  ...Array.from("`~!$&'()*+,;=_{}|\\^<>\"%@ \t"),
  "%3b",
  "%2c",
  "%27",
  "%20",
  "%00",
  "%0d%0a",
  "\u00a0",
  "\u2028",
  "é",
  "。",
];
const INJECTIONS = [
  "; script-src *",
  ";script-src*",
  ",script-src",
  " 'unsafe-inline'",
  "';--",
  "*",
  "*.evil",
  "a..b",
  ".a",
  "-a",
  "a-",
  "xn--",
  `${"x".repeat(64)}`,
  "[::1",
  "::1]",
];
/**
 * Each character at the beginning, within and at the end of a name, behind a port, and in a
 * plain-http one.
 */
const PAYLOADS = [
  ...CHARACTERS.flatMap((one) => [
    `https://${one}.example/`,
    `https://a${one}b.example/cb`,
    `https://app.example${one}/`,
    `https://app.example:443${one}/`,
    `https://app${one}.example?x=1`,
  ]),
  ...INJECTIONS.flatMap((one) => [
    `https://${one}.example/`,
    `https://app.${one}/`,
    `https://${one}/`,
  ]),
  "https://0x7f.1/",
  "https://127.1/",
  "https://0177.0.0.1/",
  "https://2130706433/",
  "https://%61pp.example/",
  "https://[::1;]/",
  "https://[::1%25eth0]/",
  "https://[]/",
  "app.example:/x",
  "javascript:alert(1)",
  "data:text/html,x",
  "blob:https://app.example/x",
  "ftp://app.example/",
  "a;b:/x",
  "https:///",
  "https://:443/",
];
const GOOD = [
  "https://app.example/",
  "https://a-b.c1.example:8443/x?y=1;2,'3'",
  "https://APP.example/",
  "https://xn--e1afmkfd.example/",
  "https://192.0.2.1/",
  "https://[2001:db8::1]:8443/",
  "http://127.0.0.1:1234/",
  "http://[::1]/",
  "https://localhost/",
  "https://a.example./",
];

test("there are enough of them", () => {
  expect(new Set(PAYLOADS).size).toBeGreaterThanOrEqual(200);
});

describe("a registration", () => {
  const used = useServer();

  test("refuses every one, and takes the good ones", async () => {
    let refused = 0;
    for (const uri of PAYLOADS) {
      for (const apis of [[], ["senler"]]) {
        const error = await used.administrator.oauth
          .createClient({ client: { name: "x", redirectUris: [uri], apis } })
          .then(() => undefined, refusalOf);
        expect(error?.reason, uri).toBe("REDIRECT_URI_INVALID");
        refused++;
      }
    }
    expect(refused).toBe(2 * PAYLOADS.length);
    const { client } = await used.administrator.oauth.createClient({
      client: { name: "x", redirectUris: GOOD },
    });
    expect(client!.redirectUris).toEqual(GOOD);
  });

  test("of before is used no more", async () => {
    const user = await used.signUp();
    const uri = "https://a;script-src*.example/";
    const { client } = await used.administrator.oauth.createClient({
      client: { name: "x", redirectUris: ["https://app.example/"] },
    });
    await used.server.store.clients.update(client!.id, { redirectUris: [uri] }, 0);
    const pkce = {
      codeChallenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWBuGJSstw_cM",
      codeChallengeMethod: "S256",
    };
    for (const redirectUri of [uri, ""]) {
      expect(
        await user.oauth.authorize({ clientId: client!.id, redirectUri, ...pkce }).then(
          () => "a code",
          (error: unknown) => refusalOf(error).reason,
        ),
      ).toBe("REDIRECT_URI_INVALID");
      const page = await new Agent(used.url).get(
        `/oauth2/authorize?${new URLSearchParams({
          response_type: "code",
          client_id: client!.id,
          ...(redirectUri === "" ? {} : { redirect_uri: redirectUri }),
        })}`,
      );
      expect([page.status, page.headers.get("content-security-policy")]).toEqual([
        400,
        expect.stringContaining("form-action 'self';"),
      ]);
    }
  });
});

describe.each(["pin", "any"])("the user centre with the policy %s", (policy) => {
  const used = useServer({
    environment: { SECRETPAIR_REDIRECT_POLICY: policy, SIGN_IN_NETWORK_FAILURES: "100000" },
  });
  const person = { username: unique(), email: `${unique()}@example.com`, password: unique() };
  let secretId = "";
  const call = async (method: string, target: string, body: object, authorization = "") => {
    const response = await fetch(`${used.url}${target}`, {
      method,
      headers: { "content-type": "application/json", authorization },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { code: number; data: Record<string, string> | null };
  };
  beforeAll(async () => {
    const { data } = await call("POST", "/register/", person);
    secretId = (await call("PATCH", "/auth/", { is_developer: true }, data!["token"])).data![
      "secret_id"
    ]!;
  });

  test("uses none of them, and pins none", async () => {
    const agent = new Agent(used.url);
    let tried = 0;
    for (const uri of PAYLOADS) {
      const query = new URLSearchParams({ secret_id: secretId, redirect_uri: uri });
      const { username, password } = person;
      expect((await call("POST", `/login/?${query}`, { username, password })).code, uri).toBe(400);
      for (const path of ["/oauth/", "/login/"]) {
        const page = await agent.get(`${path}?${query}`);
        expect([uri, page.status, page.headers.get("location")]).toEqual([uri, 400, null]);
        expect(page.headers.get("content-security-policy")).toContain(
          "form-action 'self'; base-uri",
        );
      }
      tried++;
    }
    expect(tried).toBe(PAYLOADS.length);
    expect((await used.server.store.clients.find(secretId))!.redirectUris).toEqual([]);
  });
});

test("the policy of a page names an origin or nothing, for every destination", () => {
  const policy = (target: string): string =>
    `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'${target}; ` +
    "base-uri 'none'; frame-ancestors 'none'";
  const SOURCES = new RegExp(`^${policy("(?: https?:| https?://[a-z0-9.-]+(?::\\d+)?)?")}$`);
  for (const uri of PAYLOADS) expect(contentSecurityPolicy(uri), uri).toMatch(SOURCES);
  for (const uri of [
    "https://a;b.example/",
    "https://a,b.example/",
    "https://a'b.example/",
    "app.example:/x",
    "a;b:/x",
    "javascript:alert(1)",
    "nothing",
  ])
    expect(contentSecurityPolicy(uri)).toBe(policy(""));
  expect(contentSecurityPolicy("https://app.example/cb;x")).toBe(policy(" https://app.example"));
  expect(contentSecurityPolicy("http://127.0.0.1:1234/")).toBe(policy(" http://127.0.0.1:1234"));
  expect(contentSecurityPolicy("http://[::1]:1234/")).toBe(policy(" http:"));
});

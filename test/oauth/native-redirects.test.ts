// Redirect URIs of native clients and of machines of developers: what may be registered, and what a
// request may use (RFC 8252 sections 7.1 and 7.3).
import { BadRequestSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { refusal } from "../clients/refusal.ts";
import { useServer } from "../use-server.ts";
import { agree, redeem, register } from "./flow.ts";

const used = useServer();

const LOOPBACK = [
  "http://localhost:3000/api/auth/callback/latchkey",
  "http://localhost/cb",
  "http://127.0.0.1:8080/",
  "http://[::1]:5173/cb?x=1",
];
const PRIVATE = [
  "com.example.app:/oauth",
  "com.example.app:/oauth2redirect/example-provider",
  "com.example.app:oauth",
  "com.example.app://callback",
  "com.example.app://",
  "com.example.app:///callback",
  "com.example.app:/",
  "com.example.app:/cb?tenant=1",
  "com.googleusercontent.apps.123-abc:/oauth2redirect",
];

describe("a registration", () => {
  test("of either kind of client may have a loopback address", async () => {
    for (const isPublic of [true, false])
      await register(used.administrator, { public: isPublic, redirectUris: LOOPBACK });
  });

  test("of a public client may have a private-use scheme", async () => {
    const client = await register(used.administrator, { public: true, redirectUris: PRIVATE });
    const { client: read } = await used.administrator.oauth.getClient({ clientId: client.id });
    expect(read?.redirectUris).toEqual(PRIVATE);
  });

  const wrong: readonly (readonly [uri: string, rule: string])[] = [
    ["javascript:alert(1)", "scheme-period"],
    ["data:text/html,x", "scheme-period"],
    ["file:///etc/passwd", "scheme-period"],
    ["myapp://callback", "scheme-period"],
    ["urn:ietf:wg:oauth:2.0:oob", "scheme-period"],
    ["com.example.app", "scheme-period"],
    [".example:/x", "scheme-period"],
    ["com..app:/x", "scheme-period"],
    ["com.example.:/x", "scheme-period"],
    ["com.Example.App:/x", "scheme-case"],
    ["HTTPS://app.example/", "scheme"],
    ["http:/app.example/", "scheme"],
    ["com.example.app:", "host"],
    ["com.example.app://a:80/x", "host"],
    ["com.example.app://a%2fb/x", "host"],
    ["com.example.app:/x#y", "fragment"],
    ["com.example.app://user@callback/x", "user"],
    ["http://user@localhost:3000/cb", "user"],
    ["http://localhost:3000/cb#x", "fragment"],
    ["http://localhost.evil.example/cb", "plain-http"],
    ["http://127.0.0.2/cb", "plain-http"],
    ["http://192.168.0.1/cb", "plain-http"],
    ["com.example.app:/a b", "characters"],
    ["com.example.app:/*", "characters"],
    ["\u0441om.example.app:/x", "characters"],
    [`com.example.app:/${"x".repeat(2048)}`, "long"],
  ];

  /** The violations of a registration with all of these URIs. */
  const violations = async (redirectUris: string[], isPublic = true) => {
    const error = await register(used.administrator, { public: isPublic, redirectUris }).then(
      () => undefined,
      (thrown: unknown) => ConnectError.from(thrown),
    );
    return error?.findDetails(BadRequestSchema)[0]?.fieldViolations ?? [];
  };

  test("names every wrong URI with its reason", async () => {
    for (const part of [wrong.slice(0, 13), wrong.slice(13, -1)]) {
      const found = await violations(
        part.flatMap(([uri], at) => [uri, PRIVATE[at % 8]!]).slice(0, 20),
      );
      const expected = part.slice(0, 10);
      expect(found.map(({ field, reason }) => [field, reason])).toEqual(
        expected.map(([, rule]) => ["redirect_uris", rule]),
      );
      for (const [at, [uri]] of expected.entries())
        expect(found[at]?.description).toContain(uri.slice(0, 64));
    }
  });

  test.each(wrong.slice(0, -1))("of %s is refused: %s", async (uri, rule) => {
    expect((await violations([uri])).map(({ reason }) => reason)).toEqual([rule]);
  });

  test("of a confidential client has no private-use scheme", async () => {
    for (const uri of PRIVATE)
      expect((await violations([uri], false)).map(({ reason }) => reason)).toEqual([
        "scheme-private",
      ]);
    const apis = ["senler"];
    for (const uri of [PRIVATE[0]!, "javascript:alert(1)"])
      expect(
        await refusal(register(used.administrator, { apis, redirectUris: [uri] })),
      ).toMatchObject({ reason: "REDIRECT_URI_INVALID" });
  });

  test("of 20 wrong URIs fits into the headers of every gRPC client", async () => {
    const uris = Array.from({ length: 20 }, (_, at) => `ftp://${at}.example/${"x".repeat(2000)}`);
    const error = ConnectError.from(
      await register(used.administrator, { public: true, redirectUris: uris }).catch(
        (thrown: unknown) => thrown,
      ),
    );
    expect(error.findDetails(BadRequestSchema)[0]?.fieldViolations).toHaveLength(20);
    expect(Buffer.byteLength(error.rawMessage)).toBeLessThan(4096);
  });
});

describe("a request", () => {
  test("may use any port of a loopback host, as a public client", async () => {
    const user = await used.signUp();
    const client = await register(used.administrator, { public: true, redirectUris: LOOPBACK });
    for (const uri of [
      "http://localhost:51234/api/auth/callback/latchkey",
      "http://localhost:1/cb",
      "http://localhost/cb",
      "http://127.0.0.1/",
      "http://[::1]/cb?x=1",
    ]) {
      const agreed = await agree(user, client, { redirectUri: uri });
      expect(agreed.location.href.startsWith(uri)).toBe(true);
      expect((await redeem(used.url, client, agreed, { redirect_uri: uri })).status).toBe(200);
    }
    for (const redirectUri of [
      "http://localhost:3000/other",
      "https://localhost:3000/cb",
      "http://localhost:3000/CB",
      "http://LOCALHOST:3000/cb",
      "http://localhost:/cb",
      "http://localhost:3000@evil.example/cb",
      "http://localhost:300000/cb",
      "http://localhost.evil.example/cb",
      "http://127.0.0.1:3000/cb",
    ])
      expect(await refusal(agree(user, client, { redirectUri })), redirectUri).toMatchObject({
        reason: "REDIRECT_URI_INVALID",
      });
  });

  test("uses exactly the registered port, as a confidential client", async () => {
    const user = await used.signUp();
    const [redirectUri] = LOOPBACK;
    const client = await register(used.administrator, { redirectUris: [redirectUri!] });
    const agreed = await agree(user, client, { redirectUri: redirectUri! });
    const more = { redirect_uri: redirectUri! };
    expect((await redeem(used.url, client, agreed, more)).status).toBe(200);
    expect(
      await refusal(agree(user, client, { redirectUri: redirectUri!.replace("3000", "3001") })),
    ).toMatchObject({ reason: "REDIRECT_URI_INVALID" });
  });

  test("to a private-use scheme gets its code there, and only there", async () => {
    const user = await used.signUp();
    const client = await register(used.administrator, { public: true, redirectUris: PRIVATE });
    for (const uri of PRIVATE) {
      const agreed = await agree(user, client, { redirectUri: uri, state: "s" });
      const query = uri.includes("?") ? "&" : "?";
      expect(agreed.location.href).toContain(`${uri}${query}code=`);
      expect((await redeem(used.url, client, agreed, { redirect_uri: uri })).status).toBe(200);
    }
    for (const redirectUri of [
      "com.example.app:/oauth/",
      "com.example.app:/OAUTH",
      "COM.EXAMPLE.APP:/oauth",
      "com.example.app:/oauth?x",
      "com.example.other:/oauth",
      "com.example.app:/oauth#x",
    ])
      expect(await refusal(agree(user, client, { redirectUri })), redirectUri).toMatchObject({
        reason: "REDIRECT_URI_INVALID",
      });
  });
});

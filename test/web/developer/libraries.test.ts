// Which code for libraries an application gets, and that no value in it ends a text of the code.
// The code itself is run by test/foreign.
import { spawnSync } from "node:child_process";
import { stripTypeScriptTypes } from "node:module";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ApplicationType } from "../../../gen/identity/v1/client_settings_pb.ts";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { libraryFacts } from "../../../src/web/developer/snippets/facts.ts";
import { LIBRARIES } from "../../../src/web/developer/snippets/libraries.ts";
import * as quoting from "../../../src/web/developer/snippets/quoting.ts";
import { codeOf } from "../../foreign/developer-page.ts";
import { type SignedIn, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";
import { described, look, openWithAxe } from "../axe.ts";
import { useBrowser } from "../browser.ts";
import { signIn } from "../visitors.ts";

const used = useServer();
const browser = useBrowser();

const SITE = "https://app.example.com/callback";
const LOOPBACK = "http://127.0.0.1/callback";
const scopes = ["openid", "profile", "email"];
const WEB = [
  "openid-client",
  "passport",
  "express-openid-connect",
  "next-auth",
  "better-auth",
  "authlib",
  "go-oidc",
  "omniauth",
  "mod-auth-openidc",
];
const MACHINE = ["openid-client-machine", "authlib-machine", "go-oauth2-machine"];
const DEVICE = "urn:ietf:params:oauth:grant-type:device_code";
const CODE = ["authorization_code", "refresh_token"];
const { PUBLIC, CONFIDENTIAL } = ClientType;
type Given = Parameters<typeof used.administrator.oauth.createClient>[0]["client"];

/** Registers an application of a new developer, and reads its page. */
async function pageOf(
  client: Given,
  language = "en",
): Promise<{ readonly page: string; readonly id: string; readonly developer: SignedIn }> {
  const developer = await used.signUp();
  await used.administrator.users.updateUser({ user: { id: developer.id, developer: true } });
  const made = await used.administrator.oauth.createClient({
    client: { name: "Reading room", ownerId: developer.id, scopes, ...client },
  });
  const agent = new Agent(used.url);
  await agent.signIn(developer);
  const id = made.client!.id;
  await agent.get(`/developer/application/snippets?id=${id}&lang=${language}`);
  return { page: agent.page, id, developer };
}

const names = LIBRARIES.map(({ name }) => name);
const librariesOn = (page: string): readonly string[] =>
  Object.keys(codeOf(page)).filter((name) => names.includes(name));

const KINDS: readonly (readonly [kind: string, client: Given, expected: readonly string[]])[] = [
  [
    "a site, as the console registers it",
    {
      type: CONFIDENTIAL,
      redirectUris: [SITE],
      grantTypes: [...CODE, "client_credentials"],
    },
    WEB,
  ],
  [
    "a site by its type",
    { redirectUris: [SITE], settings: { applicationType: ApplicationType.WEB } },
    WEB,
  ],
  ["a page of scripts", { type: PUBLIC, redirectUris: [SITE] }, ["oidc-client-ts"]],
  [
    "a page by its type",
    {
      type: PUBLIC,
      redirectUris: [SITE],
      settings: { applicationType: ApplicationType.SINGLE_PAGE },
    },
    ["oidc-client-ts"],
  ],
  [
    "a program on the user's machine",
    {
      type: PUBLIC,
      redirectUris: [LOOPBACK],
      settings: { applicationType: ApplicationType.NATIVE },
    },
    ["openid-client-native"],
  ],
  [
    "an app on a phone",
    { type: PUBLIC, redirectUris: ["com.example.app:/callback"], grantTypes: CODE },
    [],
  ],
  [
    "a device",
    { grantTypes: [DEVICE], settings: { applicationType: ApplicationType.DEVICE } },
    ["openid-client-device"],
  ],
  [
    "a machine, which has no scope of users",
    {
      settings: { applicationType: ApplicationType.MACHINE },
      grantTypes: ["client_credentials"],
      scopes: [],
    },
    MACHINE,
  ],
  [
    "an MCP client",
    {
      type: PUBLIC,
      redirectUris: [LOOPBACK],
      settings: { applicationType: ApplicationType.MCP },
      scopes: [],
    },
    ["mcp-client", "mcp-server"],
  ],
];

describe("an application is shown the code that fits it", () => {
  test.each(KINDS)("%s", async (_kind, client, expected) => {
    const { page } = await pageOf(client);
    expect(librariesOn(page)).toEqual(expected);
    expect(page.includes("Code for libraries")).toBe(expected.length > 0);
    expect(page.length).toBeLessThan(70_000);
  });

  test("the code has its id, its redirect URI, its scopes and the issuer", async () => {
    const { page, id } = await pageOf({ redirectUris: [SITE] });
    const code = codeOf(page);
    for (const name of WEB) {
      expect(code[name], name).toContain(`"${id}"`);
      expect(code[name], name).toContain(used.url);
      expect(code[name], name).toContain("profile");
      expect(code[name]!.includes(SITE) || code[name]!.includes(`"${new URL(SITE).origin}"`)).toBe(
        name !== "next-auth",
      );
    }
    expect(WEB.length).toBe(9);
  });
});

describe.each([
  ["en", "needs another redirect URI", "need the permission to sign users in", "stricter rules"],
  ["ru", "нужен другой URI", "нужно разрешение выполнять вход", "более строгие правила"],
  ["zh", "需要另一个重定向", "需要“让用户登录”权限", "规则比这些库的代码更严格"],
])("in %s the page says", (language, missing, withoutOpenId, strict) => {
  test("which redirect URI a library needs", async () => {
    const { page } = await pageOf({ redirectUris: [SITE] }, language);
    const needed = "https://app.example.com/api/auth/callback/latchkey";
    expect(page.split(missing).length - 1).toBe(2);
    expect(page).toContain(`<code>${needed}</code>`);
    const enough = await pageOf({ redirectUris: [SITE, needed] }, language);
    expect(enough.page).not.toContain(missing);
  });

  test("why there is no code", async () => {
    const plain = await pageOf({ redirectUris: [SITE], scopes: ["profile"] }, language);
    expect(plain.page).toContain(withoutOpenId);
    const settings = { requirePushedAuthorizationRequests: true };
    const pushed = await pageOf({ redirectUris: [SITE], settings }, language);
    expect(pushed.page).toContain(strict);
    expect([...librariesOn(plain.page), ...librariesOn(pushed.page)]).toEqual([]);
  });
});

test.each([360, 1280])(
  "opened, the code fits a window of %s px and is accessible",
  async (width) => {
    const { id, developer } = await pageOf({ redirectUris: [SITE] });
    const page = await openWithAxe(browser, { width, colorScheme: "dark" });
    await page.goto(`${used.url}/developer/application/snippets?id=${id}`);
    await signIn(page, developer);
    // Without its name, each may be open.
    await page.evaluate(`for (const part of document.querySelectorAll("details")) {
    part.removeAttribute("name");
    part.open = true;
  }`);
    expect(await page.locator("details[open] pre").count()).toBe(9);
    const seen = await look(page, true);
    expect(described(seen)).toEqual([]);
    expect(seen.overflows).toBe(false);
  },
);

/** Texts with all that ends, joins or fills in a text of some language. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc
    .array(
      fc.constantFrom(
        ..."\"'`\\$#{}()%<>&;\n\r\t\0\u2028\u2029é\ud800 ".split(""),
        "😀",
        "${x}",
        "#{x}",
        "#$x",
        "</script>",
        "$(x)",
        "%{x}",
        "*/",
        "\\u0022",
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join("")),
);

describe("a value stays one literal", () => {
  const LITERAL = /^"(?:[ !#-[\]-~]|\\[ -~])*"$/;
  const samples = fc.sample(hostile, { numRuns: 400, seed: 15 });

  test("in JavaScript, which reads the same value", () => {
    for (const text of samples) {
      const literal = quoting.inJavaScript(text);
      expect(literal).toMatch(LITERAL);
      expect(literal).not.toContain("<");
      expect(runInNewContext(literal)).toBe(text.toWellFormed());
    }
    expect(samples.length).toBe(400);
  });

  test("in Python, which reads the same value, and Go, which has the same literals", () => {
    const literals = samples.map(quoting.inPython);
    for (const literal of literals) expect(literal).toMatch(LITERAL);
    const script = [
      "import ast, json, sys",
      "lines = sys.stdin.read().splitlines()",
      "print(json.dumps([ast.literal_eval(line) for line in lines]))",
    ].join("\n");
    const { stdout } = spawnSync("/usr/bin/python3", ["-c", script], {
      input: literals.join("\n"),
      encoding: "utf8",
    });
    expect(JSON.parse(stdout)).toEqual(samples.map((text) => text.toWellFormed()));
  });

  test("in Ruby, without an interpolation", () => {
    for (const text of samples) {
      const literal = quoting.inRuby(text);
      expect(literal).toMatch(LITERAL);
      expect(literal.replaceAll(/\\./g, "")).not.toContain("#");
    }
  });

  test("in Apache's files, without a variable", () => {
    for (const text of samples) {
      const literal = quoting.inApache(text);
      expect(literal).toMatch(LITERAL);
      expect(literal).not.toContain("${");
    }
  });

  test("in a shell, which reads the same value", () => {
    const words = samples.filter((text) => !text.includes("\0") && text.isWellFormed());
    expect(words.length).toBeGreaterThan(100);
    const script = words.map((text) => `printf '%s\\0' ${quoting.inShell(text)}`).join("\n");
    const { stdout } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
    expect(stdout.split("\0").slice(0, -1)).toEqual(words);
  });
});

describe("with any values, the rest of the code is the same", () => {
  /** The code without its texts and paths. */
  const skeleton = (code: string): string => code.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""');
  const facts = (id: string, part: string) =>
    libraryFacts(
      { id, public: false, scopes },
      "https://id.example.com",
      `https://app.example.com/c${encodeURI(part.toWellFormed())}?q=${part.toWellFormed()}`,
    );

  test.each(LIBRARIES)("$name", ({ code }) => {
    const plain = skeleton(code(facts("id", "")));
    fc.assert(
      fc.property(hostile, hostile, (id, part) => {
        expect(skeleton(code(facts(id, part)))).toBe(plain);
      }),
      { numRuns: 50 },
    );
  });
});

describe("for a server with TLS the code is what test/foreign runs, with fewer settings", () => {
  /** What only stands in the code for one of them. */
  const DIFFERENT = new RegExp(
    [
      "allowInsecureRequests|^ {2}undefined,$",
      "INSECURE_TRANSPORT|^# LATCHKEY_|SWD",
      "port: (?:80|443)|trust proxy|Secure:",
    ].join("|"),
  );
  const lines = (library: (typeof LIBRARIES)[number], scheme: string): readonly string[] => {
    const client = { id: "id", public: library.kind !== "web", scopes };
    const facts = libraryFacts(
      client,
      `${scheme}://id.example.com`,
      `${scheme}://app.example.com/cb`,
    );
    const code = library.code(facts);
    if (code.startsWith("//") && !code.includes("package main")) stripTypeScriptTypes(code);
    return code.replaceAll("http:", "https:").replace('"http"', '"https"').split("\n");
  };

  test.each(LIBRARIES)("$name", (library) => {
    const [plain, secure] = [lines(library, "http"), lines(library, "https")];
    const different = [
      ...plain.filter((line) => !secure.includes(line)),
      ...secure.filter((line) => !plain.includes(line)),
    ];
    expect(different.filter((line) => !DIFFERENT.test(line))).toEqual([]);
  });
});

// The code that the console gives to developers does what it says, against a running server: it is
// read from the page, filled in where it stands in capitals, and run.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "../../foreign/developer-page.ts";
import { agree } from "../../sdk/partner.ts";
import { type SignedIn, unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const used = useServer();
const ROOT = resolve(import.meta.dirname, "../../..");
/** Everything that a shell could take for its own, and an address may hold. */
const REDIRECT_URI = "https://app.example/it's;$(id)&&!~(x)?a=1&b=[2]";
const APIS = ["kokids", "secretpair", "zimoxy", "senler"];

let agent: Agent;
let user: SignedIn;
let id: string;
let secret: string;
let code: Readonly<Record<string, string>>;

/** The code on the page, by its name. */
async function readCode(clientId: string): Promise<Readonly<Record<string, string>>> {
  await agent.get(`/developer/application/snippets?id=${clientId}`);
  return codeOf(agent.page);
}

/**
 * Runs a piece in a shell, with what a developer fills in and the variable that another piece has
 * left; answers what it prints.
 */
async function run(
  name: string,
  given: Readonly<Record<string, string>> = {},
  { verifier = "", after = "" } = {},
): Promise<string> {
  const filled = Object.entries({ YOUR_CLIENT_SECRET: secret, ...given }).reduce(
    (text, [word, value]) => text.replaceAll(word, value),
    code[name]!,
  );
  const env = {
    ...process.env,
    PATH: `${join(ROOT, "node_modules/.bin")}:${process.env["PATH"]}`,
    verifier,
  };
  return (await promisify(execFile)("sh", ["-euc", `${filled}\n${after}`], { env })).stdout;
}
const runJson = async (name: string, given: Readonly<Record<string, string>> = {}, left = {}) =>
  JSON.parse(await run(name, given, left)) as Record<string, unknown>;

beforeAll(async () => {
  const developer = await used.signUp();
  user = await used.signUp();
  agent = new Agent(used.url);
  await agent.signIn(developer);
  await agent.get("/developer");
  await agent.post("/developer/become", {});
  await agent.get("/developer/register?kind=web");
  // All but the one that is an administrator's to give.
  const apis = Object.fromEntries(
    APIS.filter((api) => api !== "zimoxy").map((api) => [`api_${api}`, "on"]),
  );
  await agent.post("/developer/register", {
    registration: agent.hidden("registration"),
    name: "Reading room",
    kind: "web",
    acts_for_itself: "on",
    redirect_uris: REDIRECT_URI,
    scope_profile: "on",
    ...apis,
  });
  [id = "", secret = ""] = [...agent.page.matchAll(/<pre class="whole">([^<]*)<\/pre>/g)].map(
    ([, text]) => text!,
  );
  await used.administrator.oauth.updateClient({ client: { id, apis: APIS } });
  code = await readCode(id);
});

test("all pieces are run below; a public application has none with a secret", async () => {
  const names = [
    "sdk",
    "authorize",
    "exchange",
    "user",
    "introspect",
    "client-credentials",
    "grpc",
    "kokids-register",
    "kokids-log-in",
    "secretpair-sign-in",
    "secretpair-exchange",
    "zimoxy-register",
    "zimoxy-log-in",
    "zimoxy-sign-in",
    "senler-sign-in",
    "senler-exchange",
  ];
  expect(Object.keys(code)).toEqual(names);
  await agent.get("/developer/register?kind=web");
  const registered = await agent.post("/developer/register", {
    registration: agent.hidden("registration"),
    name: "On a phone",
    kind: "native",
    redirect_uris: REDIRECT_URI,
  });
  const ofPublic = await readCode(
    new URL(registered.headers.get("location")!, used.url).searchParams.get("id")!,
  );
  expect(Object.keys(ofPublic)).toEqual(["sdk", "authorize", "exchange", "user", "grpc"]);
  expect(Object.values(ofPublic).join("")).not.toContain("SECRET");
});

describe("OAuth 2.0", () => {
  test(
    "by hand: the address, the exchange, whose token it is, over REST and gRPC, and " +
      "whether it works",
    async () => {
      const [url, verifier] = (await run("authorize", {}, { after: 'echo "$verifier"' }))
        .trim()
        .split("\n");
      const callback = await agree(user, url!);
      expect(callback.href.startsWith(REDIRECT_URI)).toBe(true);
      const { access_token: token } = await runJson(
        "exchange",
        { YOUR_CODE: callback.searchParams.get("code")! },
        { verifier },
      );
      const YOUR_ACCESS_TOKEN = String(token);
      expect(await runJson("user", { YOUR_ACCESS_TOKEN })).toMatchObject({
        user: { username: user.username },
      });
      expect(await runJson("grpc", { YOUR_ACCESS_TOKEN })).toMatchObject({
        user: { username: user.username },
      });
      expect(await runJson("introspect", { YOUR_ACCESS_TOKEN })).toMatchObject({
        active: true,
        client_id: id,
        username: user.username,
      });
      expect(await runJson("client-credentials")).toMatchObject({ token_type: "Bearer" });
    },
  );

  test("with the SDK", async () => {
    const folder = await mkdtemp(join(tmpdir(), "latchkey-snippet-"));
    try {
      const file = join(folder, "sign-in.ts");
      const source = code["sdk"]!.replace(
        "@latchkey/sdk",
        pathToFileURL(join(ROOT, "sdk/src/index.ts")).href,
      ).replace("YOUR_CLIENT_SECRET", secret);
      await writeFile(file, source);
      const { begin, finish } = (await import(pathToFileURL(file).href)) as {
        begin(): Promise<{ url: string; pending: object }>;
        finish(callback: string, pending: object): Promise<{ username?: string }>;
      };
      const { url, pending } = await begin();
      expect(await finish((await agree(user, url)).href, pending)).toMatchObject({
        kind: "delegate",
        username: user.username,
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("the documented APIs", () => {
  test("kokids and zimoxy: a user registers and signs in", async () => {
    const given = {
      YOUR_PASSWORD: unique(),
      "ada@example.com": `${unique()}@example.com`,
      "=ada": `=${unique()}`,
    };
    expect(await runJson("kokids-register", given)).toMatchObject({
      message: "User created successfully",
    });
    expect(await runJson("kokids-log-in", given)).toMatchObject({ message: "Login successful" });
    const other = {
      YOUR_PASSWORD: unique(),
      "ada@example.com": `${unique()}@example.com`,
      "=ada": `=${unique()}`,
    };
    expect(await runJson("zimoxy-register", other)).toMatchObject({ status: true });
    expect(await runJson("zimoxy-log-in", other)).toEqual({
      msg: "Авторизация прошла успешно.",
      status: true,
    });
    expect((await fetch(code["zimoxy-sign-in"]!)).status).toBe(200);
  });

  test("secretpair: the address leads to the sign-in, and its code is exchanged", async () => {
    const signIn = new URL(
      (await fetch(code["secretpair-sign-in"]!, { redirect: "manual" })).headers.get("location")!,
      used.url,
    );
    const answer = await fetch(signIn, {
      method: "POST",
      body: new URLSearchParams({ email: user.email, password: user.password }),
    });
    const { data } = (await answer.json()) as { data: { authorization_code: string } };
    expect(
      await runJson("secretpair-exchange", { YOUR_CODE: data.authorization_code }),
    ).toMatchObject({ code: 200, data: { email: user.email } });
  });

  test("senler: the URL leads to sign-in, and a community's code is exchanged", async () => {
    expect(await (await fetch(code["senler-sign-in"]!)).text()).toContain("Reading room");
    const { group } = await user.users.createGroup({ name: "Tea and jam" });
    const made = await user.oauth.authorize({
      clientId: id,
      redirectUri: REDIRECT_URI,
      groupId: group!.id,
    });
    expect(await runJson("senler-exchange", { YOUR_CODE: made.code })).toEqual({
      success: true,
      access_token: expect.any(String),
    });
  });
});

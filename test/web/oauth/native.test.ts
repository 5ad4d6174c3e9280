// Native clients on the pages: where the user goes is shown, the browser gets there, and the form
// of the console names every wrong redirect URI.
import { describe, expect, test } from "vitest";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";
import { useBrowser } from "../browser.ts";
import { consolePages } from "../developer/console-pages.ts";
import { signIn } from "../visitors.ts";

const used = useServer();
const browser = useBrowser();
const { aDeveloper, register } = consolePages(used);
const URIS = ["com.example.app:/oauth", "com.example.app://callback", "com.example.app:oauth"];

const client = async (redirectUris: string[] = URIS, ownerId = ""): Promise<string> =>
  (
    await used.administrator.oauth.createClient({
      client: { name: "Pocket", type: ClientType.PUBLIC, redirectUris, ownerId },
    })
  ).client!.id;
const authorizePath = (client_id: string, redirect_uri: string, more = {}): string =>
  `/oauth2/authorize?${new URLSearchParams({
    response_type: "code",
    client_id,
    redirect_uri,
    state: "s",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWBuGJSstw_cM",
    code_challenge_method: "S256",
    ...more,
  })}`;

test("the consent page shows the scheme, and leads there, each time anew", async () => {
  const [agent, id] = [new Agent(used.url), await client()];
  await agent.signIn(await used.signUp());
  for (const uri of [...URIS, URIS[0]!]) {
    await agent.get(authorizePath(id, uri));
    expect(agent.page).toContain("<bdi>com.example.app:</bdi>");
    const fields = { decision: agent.hidden("decision"), answer: "allow" };
    const { status, headers: after } = await agent.post("/consent", fields);
    expect([status, after.get("location")?.startsWith(`${uri}?code=`)]).toEqual([303, true]);
  }
  await agent.get(authorizePath(id, URIS[0]!));
  const fields = { decision: agent.hidden("decision"), answer: "refuse" };
  expect((await agent.post("/consent", fields)).headers.get("location")).toMatch(
    /^com\.example\.app:\/oauth\?error=access_denied&error_description=[^&]+&state=s&iss=/,
  );
  await agent.get("/account/apps");
  expect(agent.page).toContain("com.example.app:");
});

test("an error of a developer's client has a link back to the scheme", async () => {
  const [owner, agent] = [await aDeveloper(), new Agent(used.url)];
  const id = await client(URIS, owner.id);
  const response = await agent.get(authorizePath(id, URIS[1]!, { prompt: "none" }));
  expect([response.status, response.headers.get("location")]).toEqual([400, null]);
  expect(agent.page).toContain('href="com.example.app://callback?error=login_required');
  for (const page of ["", "/settings", "/snippets", "/button"])
    expect((await owner.agent.get(`/developer/application${page}?id=${id}`)).status, page).toBe(
      200,
    );
  await owner.agent.get("/developer");
  expect(owner.agent.page).toContain("com.example.app:");
});

test("Chrome follows the consent to the application", async () => {
  const page = await browser.open();
  const refused: string[] = [];
  page.on("console", (message) => refused.push(message.text()));
  const targets: string[] = [];
  page.on("request", (request) => targets.push(request.url()));
  await page.goto(`${used.url}${authorizePath(await client(), URIS[0]!)}`);
  await signIn(page, await used.signUp());
  await page.getByText("com.example.app:").waitFor();
  await page.getByRole("button", { name: "Allow" }).click();
  await expect
    .poll(() => targets.some((url) => url.startsWith("com.example.app:/oauth?code=")))
    .toBe(true);
  expect(refused.filter((text) => text.includes("Content Security Policy"))).toEqual([]);
});

describe.each([
  ["en", "must begin with https://, or with a scheme that contains a period", "lower case"],
  ["ru", "должен начинаться с https:// или со схемы с точкой", "строчными"],
  ["zh", "必须以 https:// 或含有句点的方案", "小写字母"],
])("the form in %s", (language, period, lower) => {
  test("names all wrong redirect URIs at once, each with its reason", async () => {
    const owner = await aDeveloper();
    await owner.agent.get(`/?lang=${language}`);
    const wrong = ["myapp:/x", "http://app.example/cb", "com.Example:/x", "https://a.example/#x"];
    const good = ["com.example.app:/oauth", "http://localhost:3000/cb"];
    const fields = { kind: "native", redirect_uris: [...wrong, ...good].join("\n") };
    const { response } = await register(owner, fields);
    expect(response.status).toBe(422);
    const [, error = ""] = /id="redirect_uris-error">([^]*?)<\/p>/.exec(owner.agent.page) ?? [];
    expect(error.split("<br />").map((line) => line.split(" ")[0])).toEqual(wrong);
    for (const words of [period, lower]) expect(error).toContain(words);
    const made = await register(owner, { kind: "native", redirect_uris: good.join("\n") });
    expect(made.response.status).toBe(303);
  });
});

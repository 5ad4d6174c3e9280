// The switch of the console that lets an application do without PKCE, in every language.
import { describe, expect, test } from "vitest";
import { useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";
import { consolePages } from "./console-pages.ts";

const used = useServer();
const { aDeveloper, register } = consolePages(used);

const TICKED = /name="pkce_optional"\s+value="on"\s+checked/;
const SWITCH = 'name="pkce_optional"';

describe.each([
  ["en", "inject"],
  ["ru", "подставить"],
  ["zh", "注入"],
])("in %s", (language, cost) => {
  test("is off, says what it costs, and is kept", async () => {
    const owner = await aDeveloper();
    await owner.agent.get(`/?lang=${language}`);
    await owner.agent.get("/developer/register?kind=web");
    expect(owner.agent.page).toContain(SWITCH);
    expect(owner.agent.page).not.toMatch(TICKED);
    for (const word of [cost, "RFC 9700"]) expect(owner.agent.page).toContain(word);

    const { id, response, sent } = await register(owner, { pkce_optional: "on" });
    expect(response.status).toBe(200);
    const read = async () =>
      (await owner.oauth.getClient({ clientId: id })).client?.pkceOptional ?? false;
    expect(await read()).toBe(true);
    await owner.agent.get(`/developer/application/settings?id=${id}`);
    expect(owner.agent.page).toMatch(TICKED);
    const { pkce_optional: _, registration: __, ...fields } = sent as Record<string, string>;
    await owner.agent.post("/developer/application/settings", { ...fields, id });
    expect(await read()).toBe(false);
    await owner.agent.get(`/developer/application/settings?id=${id}`);
    expect(owner.agent.page).not.toMatch(TICKED);
  });

  test("is not there for a public application, whose forms don't read it", async () => {
    const owner = await aDeveloper();
    await owner.agent.get(`/?lang=${language}`);
    await owner.agent.get("/developer/register?kind=native");
    expect(owner.agent.page).not.toContain(SWITCH);
    const made = await register(owner, { kind: "native", pkce_optional: "on" });
    const id = new URL(made.response.headers.get("location")!, used.url).searchParams.get("id")!;
    await owner.agent.get(`/developer/application/settings?id=${id}`);
    expect(owner.agent.page).not.toContain(SWITCH);
    const fields = { id, name: "Reading room", redirect_uris: "https://app.example/callback" };
    const { status } = await owner.agent.post("/developer/application/settings", {
      ...fields,
      pkce_optional: "on",
    });
    const { client } = await owner.oauth.getClient({ clientId: id });
    expect([status, client?.pkceOptional ?? false]).toEqual([303, false]);
  });
});

test("the audit trail says that the switch has changed, the overview that it is on", async () => {
  const owner = await aDeveloper();
  const { id } = await register(owner, { pkce_optional: "on" });
  await owner.agent.get(`/developer/application?id=${id}`);
  expect(owner.agent.page).toContain("Optional: the application may sign users in without it");
  await owner.oauth.updateClient({
    client: { id, pkceOptional: false },
    updateMask: { paths: ["pkce_optional"] },
  });
  const administrator = await used.signUp();
  await used.server.store.users.setAdministrator(administrator.id, true, 0);
  const agent = new Agent(used.url);
  await agent.signIn(administrator);
  await agent.get(`/administration/application?id=${id}`);
  expect(agent.page).toMatch(/pkce_optional: <bdi>false<[^]*pkce_optional: <bdi>true</);
  expect(agent.page).toMatch(/PKCE<\/dt>\s*<dd>Required/);
});

// Users read which resource an application wants to use, agree to each one by itself, and see it
// among the applications of their account.
import { describe, expect, test } from "vitest";
import { addResource, scopesOf } from "../../oauth/resources/use-resources.ts";
import { newPkce, post, register, REDIRECT_URI } from "../../oauth/flow.ts";
import { useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });
  const { verifier, challenge } = newPkce();
  const ask = (clientId: string, resource: readonly string[], scope = ""): string =>
    `/oauth2/authorize?${new URLSearchParams([
      ["response_type", "code"],
      ["client_id", clientId],
      ["redirect_uri", REDIRECT_URI],
      ["code_challenge", challenge],
      ["code_challenge_method", "S256"],
      ["scope", scope],
      ...resource.map((uri) => ["resource", uri]),
    ])}`;
  const answer = (agent: Agent) =>
    agent.post("/consent", { decision: agent.hidden("decision"), answer: "allow" });
  const visitor = async (language: string) => {
    const agent = new Agent(used.url);
    await agent.signIn(await used.signUp());
    await agent.get(`/account?lang=${language}`);
    return agent;
  };

  test.each([
    ["en", "At The orders (", "do orders:read"],
    ["ru", "В «The orders» (", "делать orders:read"],
    ["zh", "在“The orders”（", "do orders:read"],
  ])("in %s the page shows name, address and texts", async (language, at, text) => {
    const resource = await addResource(used);
    const agent = await visitor(language);
    const client = await register(used.administrator);
    const page = await (
      await agent.get(ask(client.id, [resource.uri], "profile orders:read"))
    ).text();
    expect(page).toContain(at + resource.uri.replace("https://", ""));
    expect(page).toContain(text);
    expect(page).not.toContain("orders:write");
    const location = new URL((await answer(agent)).headers.get("location")!);
    const form = {
      grant_type: "authorization_code",
      code: location.searchParams.get("code")!,
      code_verifier: verifier,
      redirect_uri: REDIRECT_URI,
    };
    const { json } = await post(used.url, "token", form, client);
    expect(json["scope"]).toBe("profile orders:read");
    const apps = await (await agent.get("/account/apps")).text();
    expect(apps).toContain(`orders:read (${resource.uri.replace("https://", "")})`);
  });

  test("an agreement is to one resource: the same scope elsewhere is asked again", async () => {
    const one = await addResource(used, { scopes: scopesOf("tools") });
    const two = await addResource(used, { scopes: scopesOf("tools"), name: "Another" });
    const agent = await visitor("en");
    const client = await register(used.administrator);
    await agent.get(ask(client.id, [one.uri], "tools"));
    await answer(agent);
    const isAsked = async (path: string) => (await agent.get(path)).status === 200;
    expect(await isAsked(ask(client.id, [one.uri], "tools"))).toBe(false);
    expect(await isAsked(ask(client.id, [two.uri], "tools"))).toBe(true);
    expect(await isAsked(ask(client.id, [one.uri, two.uri], "tools"))).toBe(true);
    expect(await isAsked(ask(client.id, [], "profile"))).toBe(true);
  });

  test("texts that change after the page are shown once more", async () => {
    const resource = await addResource(used, { scopes: scopesOf("tools") });
    const agent = await visitor("en");
    const client = await register(used.administrator);
    await agent.get(ask(client.id, [resource.uri], "tools"));
    await used.server.store.resources.replace(
      { ...resource, name: "Your bank", updatedAt: resource.updatedAt + 1 },
      resource.updatedAt,
    );
    const page = await answer(agent);
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining("or its request has changed"),
    ]);
  });

  test("an unknown resource goes back to the client as invalid_target", async () => {
    await addResource(used);
    const agent = await visitor("en");
    const client = await register(used.administrator);
    for (const uri of ["https://unknown.example/", "relative"]) {
      const response = await agent.get(ask(client.id, [uri]));
      const location = new URL(response.headers.get("location")!);
      expect(location.searchParams.get("error")).toBe("invalid_target");
    }
  });
});

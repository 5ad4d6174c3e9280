// The pages of resources: an administrator adds, changes and deletes one, in three languages.
import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import { useServer } from "../../use-server.ts";
import { register } from "../../oauth/flow.ts";
import { administrationPages } from "./administration-pages.ts";

const LIST = "/administration/resources";
const ONE = "/administration/resource";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });
  const { signedIn, administrate } = administrationPages(used, systemClock);
  const administrator = async () => {
    const user = await used.signUp();
    await administrate(user);
    return signedIn(user);
  };
  const form = (more: Record<string, string> = {}): Record<string, string> => ({
    uri: "https://pages.example/v1",
    name: "Pages",
    resource_scopes: "pages:read | read pages | читать страницы | 阅读页面\r\npages:write\r\n",
    token_format: "jwt",
    lifetime_minutes: "5",
    introspectors: "",
    machine_clients: "",
    ...more,
  });

  test("one is added, shown, changed and deleted", async () => {
    const agent = await administrator();
    const client = await register(used.administrator);
    await agent.get(ONE);
    const uri = `https://pages.example/${client.id}`;
    const added = await agent.post(ONE, form({ uri, introspectors: client.id }));
    expect(added.headers.get("location")).toBe(`${LIST}?notice=saved`);
    await agent.get(`${LIST}?notice=saved`);
    expect(agent.page).toContain("The resource was saved.");
    expect(agent.page).toContain("pages:read pages:write");
    const stored = (await used.server.store.resources.list(100)).find((each) => each.uri === uri)!;
    expect(stored).toMatchObject({
      name: "Pages",
      scopes: [
        {
          name: "pages:read",
          texts: { en: "read pages", ru: "читать страницы", zh: "阅读页面" },
        },
        { name: "pages:write", texts: { en: "", ru: "", zh: "" } },
      ],
      tokenFormat: "jwt",
      tokenLifetimeMs: 300_000,
      introspectors: [client.id],
    });
    await agent.get(`${ONE}?id=${stored.id}`);
    expect(agent.page).toContain(
      "pages:read | read pages | читать страницы | 阅读页面\npages:write",
    );
    await agent.post(ONE, { ...form({ name: "Other", token_format: "opaque" }), id: stored.id });
    const changed = await used.server.store.resources.find(stored.id);
    expect(changed).toMatchObject({ uri, name: "Other", tokenFormat: "opaque", introspectors: [] });
    await agent.get(`${ONE}?id=${stored.id}`);
    const deleted = await agent.post(`${ONE}/delete`, { id: stored.id });
    expect(deleted.headers.get("location")).toBe(`${LIST}?notice=deleted`);
    expect((await agent.get(`${ONE}?id=${stored.id}`)).status).toBe(404);
  });

  test.each([
    ["en", "Enter a number from 1 to 1440."],
    ["ru", "Введите число от 1 до 1440."],
    ["zh", "请输入 1 到 1440 之间的数字。"],
  ])("what is wrong is said at its field, in %s", async (language, text) => {
    const agent = await administrator();
    await agent.get(`${ONE}?lang=${language}`);
    const wrong = await agent.post(ONE, form({ lifetime_minutes: "x", name: "Kept" }));
    expect(wrong.status).toBe(422);
    expect(agent.page).toContain(text);
    expect(agent.page).toContain('value="Kept"');
    const others: Record<string, string>[] = [
      { uri: "relative" },
      { name: " " },
      { resource_scopes: "profile" },
      { introspectors: "unknown" },
      { machine_clients: "unknown" },
      { uri: "x".repeat(600) },
    ];
    let count = 0;
    for (const each of others) {
      expect([each, (await agent.post(ONE, form(each))).status]).toEqual([each, 422]);
      expect(agent.page).toContain(`id="${Object.keys(each)[0]}-error"`);
      count++;
    }
    expect(count).toBe(6);
  });

  test("an equal URI is said, and other users see no page", async () => {
    const agent = await administrator();
    await agent.get(ONE);
    await agent.post(ONE, form());
    await agent.get(ONE);
    expect((await agent.post(ONE, form({ uri: "https://PAGES.example/v1/" }))).status).toBe(422);
    expect(agent.page).toContain("exists already");
    const stranger = await signedIn(await used.signUp());
    for (const path of [LIST, ONE]) expect((await stranger.get(path)).status).toBe(404);
  });
});

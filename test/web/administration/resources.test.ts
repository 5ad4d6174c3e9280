// The pages of resources: an administrator adds, changes and deletes one, in three languages.
import { randomUUID } from "node:crypto";
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
    detail_types: "",
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

  test("types of authorization details are lines of JSON", async () => {
    const agent = await administrator();
    await agent.get(ONE);
    const lines = [
      '{"type":"payment","title":{"en":"pay","ru":"платить","zh":"付款"},"actions":["initiate"],' +
        '"identifier":true,"members":{"amount":"object","note":"string?"}}',
      '{"type":"reading","title":"read","datatypes":["balances"],"privileges":["reader"]}',
      '{"type":"plain"}',
    ];
    const uri = `https://pages.example/${randomUUID()}`;
    const added = await agent.post(ONE, form({ uri, detail_types: lines.join("\r\n") }));
    expect(added.headers.get("location")).toBe(`${LIST}?notice=saved`);
    const stored = (await used.server.store.resources.list(200)).find((each) => each.uri === uri)!;
    expect(stored.detailTypes[0]).toEqual({
      name: "payment",
      texts: { en: "pay", ru: "платить", zh: "付款" },
      actions: ["initiate"],
      datatypes: [],
      privileges: [],
      hasIdentifier: true,
      members: [
        { name: "amount", kind: "object", isRequired: true },
        { name: "note", kind: "string", isRequired: false },
      ],
    });
    await agent.get(`${ONE}?id=${stored.id}`);
    expect(agent.page).toContain(lines.join("\n").replaceAll('"', "&quot;"));
    const wrong = [
      "payment",
      "[]",
      "{}",
      '{"type":1}',
      '{"type":""}',
      '{"type":"a b"}',
      '{"type":"a","kind":"b"}',
      '{"type":"a","title":1}',
      '{"type":"a","title":"\u202e"}',
      '{"type":"a","actions":"b"}',
      '{"type":"a","actions":["b","b"]}',
      '{"type":"a","identifier":"yes"}',
      '{"type":"a","members":["b"]}',
      '{"type":"a","members":{"b":1}}',
      '{"type":"a","members":{"b":"list"}}',
      '{"type":"a","members":{"locations":"string"}}',
      '{"type":"a","members":{"1b":"string"}}',
      '{"type":"a"}\n{"type":"a"}',
      Array.from({ length: 21 }, (_, index) => `{"type":"t${index}"}`).join("\n"),
    ];
    let count = 0;
    for (const detail_types of wrong) {
      const answer = await agent.post(ONE, form({ detail_types, name: "Kept" }));
      expect([detail_types, answer.status]).toEqual([detail_types, 422]);
      expect(agent.page).toContain('id="detail_types-error"');
      expect(agent.page).toContain('value="Kept"');
      count++;
    }
    expect(count).toBe(19);
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

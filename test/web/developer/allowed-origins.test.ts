// The list of origins in the forms of the console.
import { beforeAll, expect, test } from "vitest";
import { useServer } from "../../use-server.ts";
import { consolePages, type Developer } from "./console-pages.ts";

const used = useServer();
const { aDeveloper, register } = consolePages(used);
let owner: Developer;

beforeAll(async () => {
  owner = await aDeveloper();
});

test("is set, shown, cleared, and refused with a text in each language", async () => {
  const { id } = await register(owner);
  const settings = `/developer/application/settings?id=${id}`;
  const save = async (allowed_origins: string): Promise<number> => {
    await owner.agent.get(settings);
    const fields = { id, name: "Reading room", redirect_uris: "https://app.example/cb" };
    return (
      await owner.agent.post("/developer/application/settings", { ...fields, allowed_origins })
    ).status;
  };
  const listed = async () => (await owner.oauth.getClient({ clientId: id })).client!.allowedOrigins;
  expect(await save(" https://a.example \r\n\r\nhttp://localhost:5173\n")).toBe(303);
  expect(await listed()).toEqual(["https://a.example", "http://localhost:5173"]);
  await owner.agent.get(settings);
  expect(owner.agent.page).toContain("https://a.example\nhttp://localhost:5173</textarea>");
  await owner.agent.get(`/developer/application?id=${id}`);
  expect(owner.agent.page).toContain("<code>http://localhost:5173</code>");
  for (const wrong of ["https://a.example/", "*", "null", "a.example", "https://A.example"]) {
    for (const [language, text] of [
      ["en", "Enter 20 origins at most"],
      ["ru", "Укажите не более 20 источников"],
      ["zh", "最多填写 20 个来源"],
    ] as const) {
      await owner.agent.get(`/?lang=${language}`);
      expect([wrong, await save(wrong)]).toEqual([wrong, 422]);
      expect(owner.agent.page).toContain(text);
    }
  }
  expect(await listed()).toEqual(["https://a.example", "http://localhost:5173"]);
  expect(await save("")).toBe(303);
  expect(await listed()).toEqual([]);
});

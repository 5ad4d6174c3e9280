import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { readFolder } from "../../architecture/source.ts";
import { call } from "../../legacy/call.ts";
import { newPkce } from "../../oauth/flow.ts";
import { unique, useServer } from "../../use-server.ts";
import type { Agent } from "../agent.ts";
import { PASSWORD, signUpPages } from "./sign-up-pages.ts";

const used = useServer({ environment: { SIGN_IN_NETWORK_FAILURES: "1000" } });

/** Registers by secretpair, which compares names exactly and takes nearly all. */
async function bring(username: string): Promise<{ email: string; password: string }> {
  const email = `${unique()}@example.com`;
  const { status, text } = await call(`${used.url}/register/`, "POST", {
    username,
    email,
    password: PASSWORD,
  });
  expect([status, text]).toEqual([200, expect.stringContaining("注册成功")]);
  return { email, password: PASSWORD };
}

const { signedIn, register } = signUpPages(used);

describe("a name that a visitor chooses", () => {
  beforeAll(async () => {
    expect((await register("maria")).status).toBe(303);
  });

  test.each([
    ["en", "too similar to another user’s"],
    ["ru", "слишком похоже на имя"],
    ["zh", "与其他用户的名字过于相似"],
  ])("in %s is refused when it looks like another user's", async (language, words) => {
    for (const name of ["m\u0430ria", "mari\u0430", "ｍaria", "𝓂aria"]) {
      const { status, page } = await register(name, { language });
      expect([name, status, page.includes(words)]).toEqual([name, 422, true]);
    }
  });

  test.each([
    ["en", "Use visible characters"],
    ["ru", "Используйте видимые символы"],
    ["zh", "只能包含可见字符"],
  ])("in %s is refused when it hides something", async (language, words) => {
    for (const name of [
      "mar\u2060ia",
      "\u202emaria",
      "mar\u200bia",
      "mar\u00adia",
      "ma  ria",
      "ma\u00a0ria",
      "\u3164",
      "\u2800",
      "maria\ufe0f",
    ]) {
      const { status, page } = await register(name, { language });
      expect([name, status, page.includes(words)]).toEqual([name, 422, true]);
    }
  });

  test("has no space around it, and is compared in NFC", async () => {
    expect((await register("  Jos\u00e9  ")).status).toBe(303);
    const { status, page } = await register("Jose\u0301");
    expect([status, page.includes("This user name is already taken")]).toEqual([422, true]);
  });

  test("is refused in the profile too, and one's own look is one's own", async () => {
    const user = await used.signUp({ username: "harbour" });
    const agent = await signedIn(user);
    const rename = async (username: string) => {
      await agent.get("/account");
      return (await agent.post("/account", { username })).status;
    };
    expect(await rename("m\u0430ria")).toBe(422);
    expect(agent.page).toContain("too similar to another user’s");
    expect(await rename("harb\u200bour")).toBe(422);
    expect(await rename("h\u0430rbour")).toBe(303);
  });

  test("looks like no name that a documented API has brought in", async () => {
    await bring("lant\u200bern");
    expect((await register("lantern")).status).toBe(422);
    await bring("lantern");
    await bring("l\u0430ntern");
  });

  test("stays the user's after a deletion, unless another name looks like it", async () => {
    const user = await used.signUp({ username: "seagull" });
    const agent = await signedIn(user);
    await agent.get("/account/delete");
    expect((await agent.post("/account/delete", { password: user.password })).status).toBe(303);
    expect((await register("se\u0430gull")).status).toBe(303);
    await agent.signIn(user);
    expect((await agent.post("/restore", { offer: agent.hidden("offer") })).status).toBe(422);
    expect(agent.page).toContain("too similar to another user’s");
    expect(
      (
        await agent.post("/restore", {
          offer: agent.hidden("offer"),
          username: "seagull the second",
        })
      ).status,
    ).toBe(303);
  });

  test("can be chosen by one of two who look alike and ask at once", async () => {
    const names = ["compass", "c\u043empass", "comp\u0430ss", "c\u043emp\u0430ss"];
    const statuses = (await Promise.all(names.map((name) => register(name)))).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([303, 422, 422, 422]);
  });
});

describe("a name that a documented API has brought in", () => {
  const TWINS = {
    "mar\u200bina": "mar‹U+200B›ina",
    "m\u0430rina": "m‹U+0430›rina",
    "\u202emarina": "‹U+202E›marina",
    " marina": "‹U+0020›marina",
    "Rene\u0301e": "Rene‹U+0301›e",
    "marina\u3164": "marina‹U+3164›",
  } as const;
  const users: { email: string; password: string }[] = [];
  beforeAll(async () => {
    for (const name of Object.keys(TWINS)) users.push(await bring(name));
  });

  test("is compared exactly, as documented", async () => {
    for (const username of Object.keys(TWINS)) {
      const { status, text } = await call(`${used.url}/login/`, "POST", {
        username,
        password: PASSWORD,
      });
      expect([status, (JSON.parse(text) as { data: { username: string } }).data.username]).toEqual([
        200,
        username,
      ]);
    }
  });

  test(
    "is shown with what it hides to its user, in communities, at consent and in " +
      "administration",
    async () => {
      const owner = await used.signUp();
      const { group } = await used.administrator.users.createGroup({
        name: "Harbour",
        ownerId: owner.id,
      });
      const { client } = await used.administrator.oauth.createClient({
        client: {
          name: "Quiz",
          redirectUris: ["https://quiz.example/cb"],
          scopes: ["profile"],
          apis: ["senler"],
        },
      });
      const administrator = await used.signUp();
      await used.server.store.users.setAdministrator(administrator.id, true, Date.now());
      const pages: { where: string; page: string; shown: string; hidden: string }[] = [];
      for (const [index, [hidden, shown]] of Object.entries(TWINS).entries()) {
        const agent = await signedIn(users[index]!);
        const own = async (where: string, path: string) =>
          void pages.push({ where, shown, hidden, page: (await agent.get(path), agent.page) });
        await own("account", "/account");
        await own("sign-out", "/sign-out");
        const start = await agent.get(
          `/oauth2/authorize?${new URLSearchParams({
            response_type: "code",
            client_id: client!.id,
            redirect_uri: "https://quiz.example/cb",
            scope: "profile",
            code_challenge: newPkce().challenge,
            code_challenge_method: "S256",
          })}`,
        );
        expect([start.status, agent.page.includes("Quiz")]).toEqual([200, true]);
        pages.push({ where: "consent", shown, hidden, page: agent.page });
        const { id } = (await used.server.store.users.findByUsername("default", hidden))!;
        await used.administrator.users.addGroupMember({ groupId: group!.id, userId: id });
        const [member, admin] = [await signedIn(owner), await signedIn(administrator)];
        const see = async (where: string, visitor: Agent, path: string) =>
          void pages.push({ where, shown, hidden, page: (await visitor.get(path), visitor.page) });
        await see("community", member, `/account/community?id=${group!.id}`);
        await see("user", admin, `/administration/user?id=${id}`);
        await see("lock", admin, `/administration/lock?id=${id}`);
        await see("users", admin, `/administration/users?by=id&text=${id}`);
        await see("audit", admin, `/administration/audit?user=${id}`);
      }
      expect(pages).toHaveLength(8 * Object.keys(TWINS).length);
      // A form has the name as it is: only its user changes it.
      const textOf = (page: string): string =>
        page.replaceAll(/<input[^>]*>/g, "").replaceAll("&amp;", "&");
      expect(
        pages
          .filter(({ page, shown }) => !textOf(page).includes(shown))
          .map(({ where, shown }) => `${where}: ${shown}`),
      ).toEqual([]);
      expect(
        pages
          .filter(({ page, hidden }) => hidden.trim() === hidden && textOf(page).includes(hidden))
          .map(({ where, shown }) => `${where}: ${shown}`),
      ).toEqual([]);
    },
  );

  test("goes through the one template that shows it: no page has another", () => {
    const files = readFolder("src/web");
    expect(files.length).toBeGreaterThan(50);
    expect(
      files
        .filter(({ imports }) => imports.some(({ name }) => name === "hono/html"))
        .map(({ path }) => path),
    ).toEqual(["src/web/kit/html.ts"]);
    const bare = files.filter(({ path }) =>
      /\.username \|\| |\busername \|\| email/.test(readFileSync(path, "utf8")),
    );
    expect(bare.map(({ path }) => path)).toEqual([]);
  });
});

describe("an application", () => {
  const NOTHING = [
    "\u3164",
    "\u2800\u2800",
    "\u200b",
    "\u00ad\u2060",
    "\u3000",
    "\ufe0f",
    " ",
    "\u0301",
  ];
  test("shows something in its name, by every protocol that registers it", async () => {
    const developer = await used.signUp();
    await used.administrator.users.updateUser({ user: { id: developer.id, developer: true } });
    const agent = await signedIn(developer);
    for (const name of NOTHING) {
      await expect(
        used.administrator.oauth.createClient({
          client: { name, redirectUris: ["https://quiz.example/cb"] },
        }),
      ).rejects.toThrow(/name/);
      await agent.get("/developer/register?kind=web");
      expect(
        (
          await agent.post("/developer/register", {
            name,
            kind: "web",
            redirect_uris: "https://quiz.example/cb",
          })
        ).status,
      ).toBe(422);
    }
    await expect(
      used.administrator.oauth.createClient({
        client: { name: "Qu\u200biz", redirectUris: ["https://quiz.example/cb"] },
      }),
    ).rejects.toThrow(/name/);
    const { client } = await used.administrator.oauth.createClient({
      client: { name: "Quiz", redirectUris: ["https://quiz.example/cb"] },
    });
    await expect(
      used.administrator.oauth.updateClient({
        client: { id: client!.id, name: "\u3164" },
        updateMask: { paths: ["name"] },
      }),
    ).rejects.toThrow(/name/);
  });

  test("and a community too", async () => {
    const owner = await used.signUp();
    for (const name of NOTHING)
      await expect(
        used.administrator.users.createGroup({ name, ownerId: owner.id }),
      ).rejects.toThrow(/name/);
  });
});

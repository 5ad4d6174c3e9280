// What stands before the pages of an account: signing in, coming back, and the password once more.
import { describe, expect, test } from "vitest";
import { forRecent, forUsers } from "../../../src/web/request/guards.ts";
import type { PageContext } from "../../../src/web/request/page-context.ts";
import { MINUTE, movableClock } from "../../identity/clock.ts";
import { useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const clock = movableClock();
const used = useServer({ clock });

describe("a page for users", () => {
  const visit = {
    path: "/account/sessions",
    query: [["page", "a b&c"]],
    signedIn: undefined,
  } as unknown as PageContext;
  const goesTo = async (
    page: (visit: PageContext) => Promise<Response> | Response,
    visitor: PageContext,
  ): Promise<string | null> => (await page(visitor)).headers.get("location");
  const shown = () => new Response("shown");

  test("leads guests to the sign-in page, and back to where they wanted to", async () => {
    const location = await goesTo(forUsers(shown), visit);
    expect(location).toBe("/sign-in?return=%2Faccount%2Fsessions%3Fpage%3Da%2Bb%2526c");
    const [agent, user] = [new Agent(used.url), await used.signUp()];
    await agent.get(location!);
    const response = await agent.post("/sign-in", {
      identifier: user.email,
      password: user.password,
      return: agent.hidden("return").replaceAll("&amp;", "&"),
    });
    expect(response.headers.get("location")).toBe("/account/sessions?page=a+b%26c");
  });

  test("asks for the password again when the sign-in is five minutes old", async () => {
    const signedIn = (createdAt: number): PageContext =>
      ({ ...visit, signedIn: { session: { createdAt } } }) as unknown as PageContext;
    const page = forRecent({ clock: { ...clock, now: () => 10 * MINUTE } }, shown);
    expect(await goesTo(page, visit)).toContain("/sign-in?return=");
    expect(await goesTo(page, signedIn(5 * MINUTE))).toContain(
      "/confirm?return=%2Faccount%2Fsessions%3F",
    );
    expect(await (await page(signedIn(5 * MINUTE + 1))).text()).toBe("shown");
    expect(
      await goesTo(
        forRecent({ clock: { ...clock, now: () => 10 * MINUTE } }, shown, () => "/account"),
        signedIn(0),
      ),
    ).toBe("/confirm?return=%2Faccount");
  });
});

describe("the password once more", () => {
  test("gives the browser a new session, and ends the old one", async () => {
    const [agent, user] = [new Agent(used.url), await used.signUp()];
    await agent.signIn(user);
    const before = agent.cookie;
    await agent.get("/confirm?return=/account/email");
    expect(agent.page).not.toContain(user.password);
    expect(
      (await agent.post("/confirm", { password: "wrong", return: "/account/email" })).status,
    ).toBe(401);
    expect(agent.cookie).toBe(before);
    const response = await agent.post("/confirm", {
      password: user.password,
      return: "/account/email",
    });
    expect([response.status, response.headers.get("location")]).toEqual([303, "/account/email"]);
    expect(agent.cookie).not.toBe(before);
    const old = new Agent(used.url);
    old.cookie = before;
    expect((await old.get("/confirm")).headers.get("location")).toBe("/sign-in");
    expect((await agent.get("/confirm")).status).toBe(200);
  });

  test("is asked of users only, leads to no other site, and its wrong ones count", async () => {
    const [agent, user] = [new Agent(used.url), await used.signUp()];
    expect((await agent.get("/confirm")).headers.get("location")).toBe("/sign-in");
    await agent.signIn(user);
    await agent.get("/confirm");
    expect(
      (
        await agent.post("/confirm", { password: user.password, return: "//evil.example" })
      ).headers.get("location"),
    ).toBe("/");
    const statuses = [];
    for (let time = 0; time < 11; time++) {
      await agent.get("/confirm");
      statuses.push((await agent.post("/confirm", { password: `wrong ${time}` })).status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
  });
});

test("the menu is for those who are signed in, and not on the way to an application", async () => {
  const [agent, user] = [new Agent(used.url), await used.signUp()];
  await agent.get("/");
  expect(agent.page).not.toContain("<nav");
  await agent.signIn(user);
  expect((await agent.get("/")).headers.get("location")).toBe("/account");
  await agent.get("/developer");
  expect(
    [...agent.page.matchAll(/<nav[^]*<\/nav>/g)].map(([menu]) =>
      [...menu.matchAll(/(?:href|action)="([^"]+)"/g)].map(([, target]) => target),
    ),
  ).toEqual([["/account", "/developer", "/sign-out"]]);
});

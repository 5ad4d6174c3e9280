// «Войти через Senler», from its button to the key that the application's backend gets.
import { describe, expect, test } from "vitest";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { GroupRole } from "../../../gen/identity/v1/model_pb.ts";
import { unique, useServer } from "../../use-server.ts";
import { useApplication } from "../application.ts";
import { useBrowser } from "../browser.ts";
import { comeBack, heading, signIn } from "../visitors.ts";

const browser = useBrowser();
const application = useApplication();

describe.each([
  { engine: "sqlite", javaScript: false, width: 360 },
  { engine: "mysql", javaScript: true, width: 1280 },
] as const)("on $engine", ({ engine, ...visitor }) => {
  const used = useServer({ engine });

  const register = async () => {
    const made = await used.administrator.oauth.createClient({
      client: {
        name: "Newsletters",
        type: ClientType.CONFIDENTIAL,
        redirectUris: [application.redirectUri],
        scopes: ["groups"],
        apis: ["senler"],
      },
    });
    return { client_id: made.client!.id, client_secret: made.clientSecret };
  };
  const group = async (ownerId: string, name: string): Promise<string> =>
    (await used.administrator.users.createGroup({ name, ownerId })).group!.id.toString();
  const button = (clientId: string, more: Record<string, string> = {}): string =>
    `${used.url}/cabinet/OAuth2authorize?${new URLSearchParams({
      client_id: clientId,
      redirect_uri: application.redirectUri,
      ...more,
    })}`;
  const exchange = async (client: { client_id: string; client_secret: string }, code: string) => {
    const response = await fetch(
      `${used.url}/ajax/cabinet/OAuth2token?` +
        `${new URLSearchParams({ ...client, redirect_uri: application.redirectUri, code })}`,
    );
    return (await response.json()) as { success: boolean; access_token: string };
  };

  test("leads by a new community to a key for it", async () => {
    const page = await browser.open(visitor);
    const client = await register();
    const user = await used.signUp();
    await page.goto(button(client.client_id));
    await signIn(page, user);
    expect(await heading(page)).toBe("Choose a community");
    await page.getByLabel("Community name").fill("Tea & jam");
    await page.getByRole("button", { name: "Create and continue" }).click();
    expect(await page.getByRole("listitem").allTextContents()).toEqual([
      "act on behalf of the community “Tea & jam”",
      "see the communities that you belong to",
    ]);
    await page.getByRole("button", { name: "Allow" }).click();
    const answer = await comeBack(page, application.redirectUri);
    expect(Object.fromEntries(answer)).toEqual({
      code: expect.stringMatching(/^[0-9a-f]{64}$/),
      group_id: expect.stringMatching(/^\d+$/),
    });
    const { success, access_token } = await exchange(client, answer.get("code")!);
    expect(success).toBe(true);
    const told = await used.as().oauth.introspect({
      token: access_token,
      clientId: used.server.administrator.clientId,
      clientSecret: used.server.administrator.clientSecret,
    });
    expect(told).toMatchObject({
      active: true,
      sub: user.id,
      clientId: client.client_id,
      groupId: answer.get("group_id"),
      exp: 0,
    });
  });

  test("offers only the communities that the user administers, each with one tap", async () => {
    const page = await browser.open(visitor);
    const client = await register();
    const [user, stranger] = [await used.signUp(), await used.signUp()];
    const mine = await group(user.id, "Mine");
    const theirs = await group(stranger.id, "Theirs");
    await used.administrator.users.addGroupMember({
      groupId: BigInt(theirs),
      userId: user.id,
      role: GroupRole.MEMBER,
    });
    await page.goto(button(client.client_id, { group_id: theirs, state: "s=1" }));
    await signIn(page, user);
    expect(await page.getByRole("alert").textContent()).toContain("You don’t administer");
    const offered = await page.getByRole("listitem").allTextContents();
    expect(offered.map((name) => name.trim())).toEqual(["Mine"]);
    await page.getByRole("button", { name: "Mine" }).click();
    await page.getByRole("button", { name: "Deny" }).click();
    expect(Object.fromEntries(await comeBack(page, application.redirectUri))).toEqual({
      error: "access_denied",
      state: "s=1",
    });
    await page.goto(button(client.client_id, { group_id: mine, state: "s=1" }));
    await page.getByRole("button", { name: "Allow" }).click();
    expect(Object.fromEntries(await comeBack(page, application.redirectUri))).toMatchObject({
      state: "s=1",
      group_id: mine,
    });
    await page.goto(button(client.client_id, { vk_group_id: "17" }));
    expect(await page.getByRole("listitem").count()).toBe(0);
  });

  test("is a page for each error", async () => {
    const { client_id } = await register();
    const made = await used.administrator.oauth.createClient({
      client: {
        name: unique(),
        type: ClientType.CONFIDENTIAL,
        redirectUris: [application.redirectUri],
        scopes: [],
      },
    });
    for (const url of [
      button("nobody"),
      button(made.client!.id),
      button(client_id, { redirect_uri: `${application.redirectUri}/` }),
      button(client_id, { group_id: "x" }),
      button(client_id, { group_id: "9".repeat(19) }),
      `${button(client_id)}&state=1&state=2`,
    ]) {
      const response = await fetch(url, { redirect: "manual" });
      expect([url, response.status, response.headers.get("location")]).toEqual([url, 400, null]);
    }
  });
});

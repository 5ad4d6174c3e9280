// Sign-in in a pop-up window: the application keeps its handle on the window, and the callback its
// opener, through every page of the flow. Other pages are cut off from their openers.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { unique, useServer } from "../../use-server.ts";
import { useBrowser } from "../browser.ts";
import { fillSignUp, heading, pkce, signIn } from "../visitors.ts";

const browser = useBrowser();
const used = useServer();

/** The application: a page that opens windows, and a callback that reports to its opener. */
const application = createServer((request, response) => {
  const script = request.url?.startsWith("/callback")
    ? "opener?.postMessage(location.search, location.origin)"
    : "addEventListener('message', ({ data }) => (document.title = data))";
  response
    .writeHead(200, { "content-type": "text/html" })
    .end(`<!doctype html><title>waiting</title><h1>App</h1><script>${script}</script>`);
});
let origin = "";
beforeAll(async () => {
  await once(application.listen(0, "127.0.0.1"), "listening");
  origin = `http://127.0.0.1:${(application.address() as AddressInfo).port}`;
});
afterAll(() => {
  application.closeAllConnections();
  application.close();
});

const register = async (apis: string[] = []): Promise<string> => {
  const { client } = await used.administrator.oauth.createClient({
    client: {
      name: "Reading room",
      type: apis.length === 0 ? ClientType.PUBLIC : ClientType.CONFIDENTIAL,
      redirectUris: [`${origin}/callback`],
      scopes: ["profile", "groups"],
      apis,
    },
  });
  return client!.id;
};

const target = (path: string, given: Record<string, string>): string =>
  `${used.url}${path}?${new URLSearchParams({
    redirect_uri: `${origin}/callback`,
    response_type: "code",
    code_challenge: pkce().challenge,
    code_challenge_method: "S256",
    state: "s",
    ...given,
  })}`;

/** Opens a window from a page of the application. */
async function open(url: string): Promise<{ app: Page; popUp: Page; isCut(): Promise<boolean> }> {
  const app = await browser.open();
  await app.goto(`${origin}/`);
  const [popUp] = await Promise.all([
    app.waitForEvent("popup"),
    app.evaluate((to) => void Object.assign(globalThis, { popUp: globalThis.open(to, "x") }), url),
  ]);
  await popUp.waitForLoadState();
  return {
    app,
    popUp,
    isCut: () =>
      app.evaluate(() => (globalThis as unknown as { popUp: { closed: boolean } }).popUp.closed),
  };
}

describe("a flow keeps its opener", () => {
  test("through a wrong password, a sign-up, the consent and the callback", async () => {
    const client_id = await register();
    const { app, popUp, isCut } = await open(target("/oauth2/authorize", { client_id }));
    const user = { email: `${unique()}@example.com`, username: unique(), password: unique("pw ") };
    await signIn(popUp, user);
    await popUp.getByText("Wrong").first().waitFor();
    expect(await isCut()).toBe(false);
    await popUp.getByRole("link", { name: "Forgot" }).click();
    await popUp.waitForURL(/forgot-password/);
    expect(await isCut()).toBe(false);
    await popUp.locator("p.below a").click();
    await popUp.getByRole("link", { name: "Create account" }).click();
    await fillSignUp(popUp, user);
    await popUp.waitForURL(/sign-in\?notice=registered/);
    await signIn(popUp, user);
    await popUp.getByRole("button", { name: "Use another account" }).click();
    await signIn(popUp, user);
    await popUp.getByRole("button", { name: "Allow" }).click();
    await expect.poll(() => app.title()).toContain("code=");
    expect(await isCut()).toBe(false);
  });

  test("of senler, through the choice of a community and a refusal", async () => {
    const client_id = await register(["senler"]);
    const { popUp, isCut } = await open(target("/cabinet/OAuth2authorize", { client_id }));
    await signIn(popUp, await used.signUp());
    await popUp.getByLabel("Community name").fill("Tea & jam");
    await popUp.getByRole("button", { name: "Create and continue" }).click();
    await popUp.getByRole("button", { name: "Deny" }).click();
    await expect.poll(() => popUp.url()).toContain("/callback?");
    expect(await isCut()).toBe(false);
  });

  test.each([
    ["/oauth2/authorize", { client_id: "nobody" }],
    ["/oauth2/", { client_id: "nobody" }],
    ["/cabinet/OAuth2authorize", { client_id: "nobody" }],
    ["/oauth/", { secret_id: "nobody" }],
    ["/login/", { secret_id: "nobody" }],
  ])("on the error page of %s", async (path, given) => {
    const { popUp, isCut } = await open(target(path, given as Record<string, string>));
    expect(await heading(popUp)).toBeTruthy();
    expect(await isCut()).toBe(false);
  });
});

test("other pages are cut off, also after a flow", async () => {
  for (const path of ["/sign-in", "/sign-up", "/", "/continue?request=x", "/sign-in?request=x"]) {
    const { isCut } = await open(`${used.url}${path}`);
    await expect.poll(isCut, { message: path }).toBe(true);
  }
  const { popUp, isCut } = await open(target("/oauth2/authorize", { client_id: await register() }));
  expect(await isCut()).toBe(false);
  await popUp.goto(`${used.url}/sign-in`);
  await expect.poll(isCut).toBe(true);
});

// oidc-client-ts, unmodified, signs a user out in Chromium: by a redirect and by a pop-up window.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ClientType } from "../../gen/identity/v1/oauth_pb.ts";
import { installForeignPackages } from "../../scripts/install/foreign-packages.mjs";
import { useServer } from "../use-server.ts";
import { useBrowser } from "../web/browser.ts";
import { signIn } from "../web/visitors.ts";

const BUNDLE = "npm/node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js";
const used = useServer();
const browser = useBrowser();

/** What the application does where the browser comes back, by path; the title says how it ended. */
const CALLBACKS: Readonly<Record<string, string>> = {
  "/callback": "manager.signinCallback()",
  "/signed-out": "manager.signoutRedirectCallback()",
  "/signed-out-popup": "manager.signoutPopupCallback(undefined, true)",
};

const pageOf = (path: string, settings: object): string => `<!doctype html>
<meta charset="utf-8"><title>begun</title>
<script src="/oidc-client-ts.js"></script>
<script>
  const manager = new oidc.UserManager(${JSON.stringify(settings)});
  const end = (call) => call.then(
    () => { document.title = "done"; },
    (error) => { document.title = error.error ?? String(error); },
  );
  ${path in CALLBACKS ? `end(${CALLBACKS[path]});` : ""}
</script>`;

let clientId = "";
const application = createServer((request, response) => {
  const { pathname, origin } = new URL(request.url!, `http://${request.headers.host}`);
  const isScript = pathname === "/oidc-client-ts.js";
  response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
  const settings = {
    authority: used.url,
    client_id: clientId,
    redirect_uri: `${origin}/callback`,
    post_logout_redirect_uri: `${origin}/signed-out`,
    popup_post_logout_redirect_uri: `${origin}/signed-out-popup`,
    scope: "openid profile",
  };
  response.end(
    isScript ? readFileSync(join(import.meta.dirname, BUNDLE)) : pageOf(pathname, settings),
  );
});
let origin = "";

beforeAll(async () => {
  await installForeignPackages();
  await once(application.listen(0, "127.0.0.1"), "listening");
  origin = `http://127.0.0.1:${(application.address() as AddressInfo).port}`;
  const { client } = await used.administrator.oauth.createClient({
    client: {
      name: "Reading room",
      type: ClientType.PUBLIC,
      redirectUris: [`${origin}/callback`],
      scopes: ["openid", "profile"],
      settings: { postLogoutRedirectUris: [`${origin}/signed-out`, `${origin}/signed-out-popup`] },
    },
  });
  clientId = client!.id;
}, 300_000);
afterAll(() => {
  application.closeAllConnections();
  application.close();
});

/** Calls the library in the page; a navigation may end the call. */
const run = (page: Page, call: string): Promise<unknown> => page.evaluate(`void end(${call})`);

/** A window that is cut off has no opener; the library then reports by a channel if it can. */
const hasOpener = (popUp: Page): Promise<unknown> => popUp.evaluate("opener !== null");

const title = (page: Page, expected: string): Promise<void> =>
  expect.poll(() => page.title().catch(() => "")).toBe(expected);

const at = (page: Page, path: string): Promise<void> =>
  page.waitForURL((url) => url.origin === origin && url.pathname === path, { timeout: 20_000 });

/** A page of the application whose user has signed in. */
async function signedIn(): Promise<Page> {
  const page = await browser.open();
  page.setDefaultTimeout(20_000);
  await page.goto(origin);
  await run(page, "manager.signinRedirect()");
  await signIn(page, await used.signUp());
  await page.getByRole("button", { name: "Allow" }).click();
  await at(page, "/callback");
  await title(page, "done");
  return page;
}

/** The session at the server is over, so that a silent request fails. */
async function expectSignedOut(page: Page): Promise<void> {
  await page.goto(origin);
  await run(page, `manager.signinRedirect({ prompt: "none" })`);
  await at(page, "/callback");
  await title(page, "login_required");
}

test("signoutRedirect ends the session, and comes back", async () => {
  const page = await signedIn();
  await run(page, "manager.signoutRedirect()");
  await at(page, "/signed-out");
  await title(page, "done");
  expect(await page.evaluate("manager.getUser()")).toBeNull();
  await expectSignedOut(page);
});

test("signoutPopup ends the session, and the window reports to its opener", async () => {
  const page = await signedIn();
  await page.goto(origin);
  const opened = page.waitForEvent("popup");
  await run(page, "manager.signoutPopup()");
  const popUp = await opened;
  await title(page, "done");
  await at(popUp, "/signed-out-popup");
  expect(await hasOpener(popUp)).toBe(true);
  expect(await page.evaluate("manager.getUser()")).toBeNull();
  await expectSignedOut(page);
});

test("signoutPopup without an ID token asks the user, and the window still reports", async () => {
  const page = await signedIn();
  await page.goto(origin);
  await page.evaluate("manager.removeUser()");
  const opened = page.waitForEvent("popup");
  await run(page, "manager.signoutPopup()");
  const popUp = await opened;
  popUp.setDefaultTimeout(20_000);
  const button = popUp.getByRole("main").getByRole("button", { name: "Sign out" });
  await button.waitFor();
  expect(await hasOpener(popUp)).toBe(true);
  await button.click();
  await title(page, "done");
  await at(popUp, "/signed-out-popup");
  expect(await hasOpener(popUp)).toBe(true);
  await expectSignedOut(page);
});

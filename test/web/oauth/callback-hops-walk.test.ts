// An application whose callback redirects on to other origins: Chromium applies `form-action` to
// every redirect that follows a form.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { letterTo } from "../../email/mailbox.ts";
import { unique, useServer } from "../../use-server.ts";
import { useBrowser } from "../browser.ts";
import { SCHEME_TARGET, useHops } from "../hops.ts";
import { fillSignUp, pkce, signIn } from "../visitors.ts";

const browser = useBrowser();
const hops = useHops();

describe.each([{ javaScript: false }, { javaScript: true }])(
  "JavaScript: $javaScript",
  (visitor) => {
    const used = useServer({ environment: { SIGN_UP_CONFIRMATION: "on" } });

    const register = async (kind: "pages" | "scheme", apis: string[] = []) => {
      const { client } = await used.administrator.oauth.createClient({
        client: {
          name: "Reading room",
          type: ClientType.CONFIDENTIAL,
          redirectUris: [hops.redirectUri(kind)],
          scopes: ["profile", "groups"],
          apis,
        },
      });
      return client!.id;
    };
    const authorizeUrl = async (kind: "pages" | "scheme" = "pages"): Promise<string> =>
      `${used.url}/oauth2/authorize?${new URLSearchParams({
        response_type: "code",
        client_id: await register(kind),
        redirect_uri: hops.redirectUri(kind),
        scope: "profile",
        state: "s",
        code_challenge: pkce().challenge,
        code_challenge_method: "S256",
      })}`;
    const press = (page: Page, name: string): Promise<void> =>
      page.getByRole("button", { name, exact: true }).click();
    const arrives = async (page: Page): Promise<URLSearchParams> => {
      await page.waitForURL(hops.end);
      return new URL(hops.arrivals.at(-1)!.target, "http://callback").searchParams;
    };

    test.each(["Allow", "Deny"])("after %s on the consent page", async (answer) => {
      const page = await browser.open(visitor);
      await page.goto(await authorizeUrl());
      await signIn(page, await used.signUp());
      await press(page, answer);
      const given = await arrives(page);
      expect(given.has(answer === "Allow" ? "code" : "error")).toBe(true);
      expect(hops.arrivals.at(-1)!.referer).toBeUndefined();
      // The page that leads on is no entry of the history: back is the question, asked before.
      await page.goBack();
      expect(page.url()).toMatch(/\/(?:continue|oauth2\/authorize)\?/);
    });

    test("after a sign-in without a consent, and after a change of the language", async () => {
      const page = await browser.open(visitor);
      const target = await authorizeUrl();
      const user = await used.signUp();
      await page.goto(target);
      await signIn(page, user);
      await press(page, "Allow");
      await arrives(page);
      for (const prompt of ["login", "consent"]) {
        await page.goto(`${target}&prompt=${prompt}`);
        if (prompt === "login") await signIn(page, user);
        else await press(page, "Allow");
        expect((await arrives(page)).get("code")).toBeTruthy();
      }
      // The user has signed in and agreed in another window in the meantime.
      const other = await page.context().newPage();
      await page.context().clearCookies();
      await other.goto(target);
      await page.goto(target);
      await signIn(page, user);
      await arrives(page);
      await press(other, "Русский");
      expect((await arrives(other)).get("code")).toBeTruthy();
    });

    test("after a sign-up", async () => {
      const page = await browser.open(visitor);
      const user = {
        email: `${unique()}@example.com`,
        username: unique(),
        password: unique("long "),
      };
      await page.goto(await authorizeUrl());
      await page.getByRole("link", { name: "Create account" }).click();
      await fillSignUp(page, user);
      await page.waitForURL(/notice=sent/);
      const { link } = await letterTo(used.server.mailFolder, user.email, 1);
      await page.goto(link);
      await page.getByLabel("Password").fill(user.password);
      await page.getByRole("main").locator("button:not(.tool)").click();
      await press(page, "Allow");
      expect((await arrives(page)).get("code")).toBeTruthy();
    });

    test("after a community was chosen", async () => {
      const page = await browser.open(visitor);
      const client_id = await register("pages", ["senler"]);
      const query = new URLSearchParams({ client_id, redirect_uri: hops.redirectUri("pages") });
      await page.goto(`${used.url}/cabinet/OAuth2authorize?${query}`);
      await signIn(page, await used.signUp());
      await page.getByLabel("Community name").fill("Tea & jam");
      await press(page, "Create and continue");
      await press(page, "Allow");
      expect((await arrives(page)).get("code")).toBeTruthy();
    });

    test("to a private-use scheme", async () => {
      const page = await browser.open(visitor);
      const left = page.waitForEvent("requestfailed", (request) => request.url() === SCHEME_TARGET);
      await page.goto(await authorizeUrl("scheme"));
      await signIn(page, await used.signUp());
      await press(page, "Allow");
      // Chromium has tried to open it; form-action would have refused it as csp.
      expect((await left).failure()?.errorText).not.toContain("csp");
    });
  },
);

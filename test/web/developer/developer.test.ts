// The developer console, from the first click of its developer to the token that the application's
// backend gets for another user.
import { describe, expect, test } from "vitest";
import { useServer } from "../../use-server.ts";
import { useApplication } from "../application.ts";
import { useBrowser } from "../browser.ts";
import { comeBack, heading, pkce, signIn } from "../visitors.ts";

const browser = useBrowser();
const application = useApplication();

describe.each([
  { engine: "sqlite", javaScript: false, width: 360 },
  { engine: "mysql", javaScript: true, width: 1280 },
] as const)("on $engine", ({ engine, ...visitor }) => {
  const used = useServer({ engine });

  test(
    "becomes a developer, registers an application, and its backend gets a token; a new " +
      "secret follows, and the end",
    async () => {
      const page = await browser.open(visitor);
      await page.goto(`${used.url}/developer`);
      await signIn(page, await used.signUp());
      expect(await heading(page)).toBe("Become a developer");
      await page.getByRole("button", { name: "Become a developer" }).click();
      expect(await page.getByRole("main").textContent()).toContain("No applications yet");
      await page.getByRole("link", { name: "Register an application" }).click();
      expect(await page.locator(".choices a").count()).toBe(6);
      await page.getByRole("link", { name: "Web application" }).click();
      await page.getByLabel("Also acts for itself").check();
      await page.getByLabel("Name", { exact: true }).fill("Reading room");
      await page.getByLabel("Redirect URIs").fill("https://app.example/#fragment");
      await page.getByRole("button", { name: "Register" }).click();
      expect(await page.getByLabel("Redirect URIs").getAttribute("aria-invalid")).toBe("true");
      expect(await page.getByRole("main").textContent()).toContain(
        "https://app.example/#fragment must not contain a fragment",
      );
      await page.getByLabel("Redirect URIs").fill(`\n  ${application.redirectUri}  \n`);
      await page.getByRole("button", { name: "Register" }).click();
      expect(await heading(page)).toBe("Save your client secret");
      const [id, secret] = await page.locator("pre").allTextContents();

      const user = await used.signUp();
      const { verifier, challenge } = pkce();
      const visiting = await browser.open(visitor);
      await visiting.goto(
        `${used.url}/oauth2/authorize?${new URLSearchParams({
          response_type: "code",
          client_id: id!,
          redirect_uri: application.redirectUri,
          code_challenge: challenge,
          code_challenge_method: "S256",
        })}`,
      );
      await signIn(visiting, user);
      expect(await heading(visiting)).toBe("Allow Reading room to access your account?");
      expect(await visiting.getByRole("main").textContent()).toContain(
        "Unverified: the developer’s identity has not been checked",
      );
      await visiting.getByRole("button", { name: "Allow" }).click();
      const code = (await comeBack(visiting, application.redirectUri)).get("code")!;
      const { accessToken } = await used.as().oauth.token({
        grantType: "authorization_code",
        code,
        codeVerifier: verifier,
        redirectUri: application.redirectUri,
        clientId: id!,
        clientSecret: secret!,
      });
      expect((await used.as(accessToken).users.getUser({ userId: "me" })).user?.username).toBe(
        user.username,
      );
      // Nothing but the browser has been at the addresses that were registered.
      expect(
        application.arrivals.filter((target) => !/^\/(callback\?code=|login$)/.test(target)),
      ).toEqual([]);

      await page.getByRole("link", { name: "I have copied it" }).click();
      expect(await heading(page)).toBe("Reading room");
      const overview = await page.getByRole("main").textContent();
      expect(overview).toMatch(
        /Users who allowed access\s*1\s*Active access tokens\s*1\s*Active refresh tokens\s*1/,
      );
      expect(overview).not.toContain(user.username);
      expect(await page.content()).not.toContain(secret);
      await page.getByRole("link", { name: "Sign-in button" }).click();
      const previews = page.locator(".sign-in-button");
      expect(await previews.allTextContents()).toEqual([
        "Sign in with Latchkey",
        "Войти через Latchkey",
        "使用 Latchkey 登录",
      ]);
      await visiting.setContent((await page.locator("pre").first().textContent())!);
      const { width, height } = (await previews.first().boundingBox())!;
      expect(
        await visiting.getByRole("link", { name: "Sign in with Latchkey" }).boundingBox(),
      ).toMatchObject({ width, height });
      await visiting.getByRole("link").click();
      expect(visiting.url()).toBe(`${application.origin}/login`);
      await page.goBack();
      // The way back leads to an answer that was not kept.
      await expect(page.goBack()).rejects.toThrow("ERR_CACHE_MISS");
      await page.waitForURL("chrome-error://chromewebdata/");
      await page.goto(`${used.url}/developer/application?id=${id}`);
      await page.getByRole("link", { name: "Create a client secret" }).click();
      await page.getByLabel("1 hour").check();
      await page.getByRole("button", { name: "Create client secret" }).click();
      expect(await page.getByRole("main").textContent()).toContain(
        "The old client secrets work until",
      );
      const [, next] = await page.locator("pre").allTextContents();
      for (const clientSecret of [secret!, next!])
        await used
          .as()
          .oauth.token({ grantType: "client_credentials", clientId: id!, clientSecret });
      await page.reload();
      expect(await heading(page)).toBe("Reading room");
      expect(await page.getByRole("main").textContent()).toContain(
        "The client secret was already created",
      );
      expect(await page.locator(".rows li").count()).toBe(2);

      await page.getByRole("link", { name: "Delete application" }).click();
      await page.getByLabel("Type the application name").fill("Reading room");
      await page.getByRole("button", { name: "Delete application" }).click();
      expect(await page.getByRole("status").textContent()).toContain("Application deleted");
      await expect(used.as(accessToken).users.getUser({ userId: "me" })).rejects.toThrow(
        "unauthenticated",
      );
    },
  );
});

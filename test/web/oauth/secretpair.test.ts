// The user centre's sign-in for an application, from its link to the name and the address that its
// backend gets.
import { describe, expect, test } from "vitest";
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

  const call = async (
    method: string,
    path: string,
    body: object | undefined,
    authorization = "",
  ) => {
    const response = await fetch(`${used.url}${path}`, {
      method,
      headers: { "content-type": "application/json", authorization },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as {
      code: number;
      message: string;
      data: Record<string, string>;
    };
  };
  const developer = async () => {
    const person = { username: unique(), email: `${unique()}@example.com`, password: unique() };
    const { data } = await call("POST", "/register/", person);
    const pair = await call("PATCH", "/auth/", { is_developer: true }, data["token"]);
    return {
      ...person,
      secretId: pair.data["secret_id"]!,
      secretValue: pair.data["secret_value"]!,
    };
  };
  const link = (secretId: string, redirectUri: string, state = ""): string =>
    `${used.url}/oauth/?${new URLSearchParams({
      secret_id: secretId,
      redirect_uri: redirectUri,
      ...(state === "" ? {} : { state }),
    })}`;

  test("leads by the sign-in page and the consent to the application", async () => {
    const page = await browser.open(visitor);
    const { secretId, secretValue, username } = await developer();
    const user = await used.signUp();
    await page.goto(link(secretId, application.redirectUri, "x y&z"));
    expect(new URL(page.url()).pathname).toBe("/login/");
    await signIn(page, user);
    expect(await heading(page)).toBe(`Allow ${username} to access your account?`);
    expect(await page.getByRole("main").textContent()).toContain(new URL(application.origin).host);
    await page.getByRole("button", { name: "Allow" }).click();
    const answer = await comeBack(page, application.redirectUri);
    expect(Object.fromEntries(answer)).toEqual({
      authorization_code: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/),
      state: "x y&z",
    });
    const redemption = {
      secret_id: secretId,
      secret_value: secretValue,
      authorization_code: answer.get("authorization_code"),
    };
    expect(await call("POST", "/oauth/", redemption)).toEqual({
      code: 200,
      message: "获取授权成功",
      data: { username: user.username, email: user.email },
    });
    expect(await call("POST", "/oauth/", redemption)).toMatchObject({ code: 400 });
    // Known now: nothing is asked again.
    await page.goto(link(secretId, application.redirectUri));
    expect((await comeBack(page, application.redirectUri)).get("authorization_code")).toBeTruthy();
  });

  test("pins the first address; another one is a page, except for the developer", async () => {
    const page = await browser.open(visitor);
    const { secretId, email, password } = await developer();
    await page.goto(link(secretId, application.redirectUri));
    await signIn(page, await used.signUp());
    await page.getByRole("button", { name: "Deny" }).click();
    // No user has agreed to this address: a refusal doesn't lead there either.
    expect(await heading(page)).toBe("You denied access");
    await page.goto(link(secretId, application.redirectUri));
    await page.getByRole("button", { name: "Allow" }).click();
    await comeBack(page, application.redirectUri);
    const other = `${application.origin}/other`;
    expect((await page.goto(link(secretId, other)))!.status()).toBe(400);
    expect(await heading(page)).toBe("Redirect address not registered");
    await page.goto(`${used.url}/sign-out`);
    await page.getByRole("main").getByRole("button", { name: "Sign out" }).click();
    await page.goto(`${used.url}/login/`);
    await signIn(page, { email, password });
    await page.waitForURL(`${used.url}/account`);
    await page.goto(link(secretId, other));
    await page.getByRole("button", { name: "Allow" }).click();
    expect((await comeBack(page, other)).get("authorization_code")).toBeTruthy();
  });

  test("is a page for each error", async () => {
    const { secretId } = await developer();
    const status = async (url: string): Promise<number> => {
      const response = await fetch(url, { redirect: "manual" });
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(response.headers.get("location")).toBeNull();
      return response.status;
    };
    expect(await status(link("nobody", application.redirectUri))).toBe(404);
    expect(await status(link(secretId, "javascript:alert(1)"))).toBe(400);
    expect(await status(link(secretId, `${application.redirectUri}#x`))).toBe(400);
    expect(await status(`${link(secretId, application.redirectUri)}&secret_id=x`)).toBe(400);
    expect(await status(`${used.url}/oauth`)).toBe(400);
  });
});

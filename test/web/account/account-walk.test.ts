// The account in a real browser, from the first click to the last, with scripts and without, on a
// telephone and on a desk.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { agree, redeem, register } from "../../oauth/flow.ts";
import { unique, useServer } from "../../use-server.ts";
import { useBrowser } from "../browser.ts";
import { heading, signIn } from "../visitors.ts";

const browser = useBrowser();

describe.each([
  { engine: "sqlite", javaScript: false, width: 360 },
  { engine: "mysql", javaScript: true, width: 1280 },
] as const)("on $engine, $width px wide, scripts: $javaScript", ({ engine, ...visitor }) => {
  const used = useServer({ engine });
  const press = (page: Page, name: string) =>
    page.getByRole("main").getByRole("button", { name, exact: true }).click();
  const said = (page: Page) => page.getByRole("status").textContent();

  test("name, sessions, applications, password, deletion and the way back", async () => {
    const [page, other, user] = [
      await browser.open(visitor),
      await browser.open(visitor),
      await used.signUp(),
    ];
    const client = await register(used.administrator);
    await redeem(used.url, client, await agree(user, client));
    await page.goto(`${used.url}/account`);
    await signIn(page, user);
    expect(await heading(page)).toBe(user.username);
    const name = unique("Ada ");
    await page.getByLabel("User name").fill(name);
    await press(page, "Save user name");
    expect([await heading(page), await said(page)]).toEqual([name, "User name changed."]);

    await page.getByRole("link", { name: "Applications" }).click();
    // A summary; the button in it acts.
    await page.getByText("Remove access", { exact: true }).click();
    await page.getByRole("button", { name: "Remove access: A client" }).click();
    expect(await said(page)).toBe("Access removed.");

    await other.goto(`${used.url}/sign-in`);
    await signIn(other, user);
    await page.getByRole("link", { name: "Sessions" }).click();
    await page.getByRole("button", { name: "End session: Chrome · Linux" }).click();
    expect(await said(page)).toBe("Session ended.");
    await other.goto(`${used.url}/account`);
    expect(await heading(other)).toBe("Sign in");

    await page.goto(`${used.url}/account`);
    await page.getByRole("link", { name: "Change: Password" }).click();
    await page.getByLabel("Current password").fill(user.password);
    await page.getByLabel("New password").fill("another evening by the sea");
    await press(page, "Change password");
    expect(await said(page)).toContain("Password changed.");
    await page.getByRole("link", { name: "Delete account" }).click();
    await page.getByLabel("Password").fill("another evening by the sea");
    await press(page, "Delete my account");
    expect(await said(page)).toContain("Your account is deleted.");
    await signIn(page, { ...user, password: "another evening by the sea" });
    expect(await heading(page)).toBe("This account is deleted");
    await press(page, "Restore my account");
    expect([await heading(page), await said(page)]).toEqual([
      name,
      "Welcome back. Your account is restored.",
    ]);
    await page
      .getByRole("navigation", { name: "Main menu" })
      .getByRole("button", { name: "Sign out" })
      .click();
    expect(await said(page)).toBe("You are signed out.");
    // The pages before are kept nowhere: going back asks the server, which knows no session.
    await page.goBack();
    expect(await heading(page)).toBe("Sign in");
    expect(await page.content()).not.toContain(user.email);
  });

  test("a community, its members and their roles", async () => {
    const [page, user, friend] = [
      await browser.open(visitor),
      await used.signUp(),
      await used.signUp(),
    ];
    await page.goto(`${used.url}/account/communities`);
    await signIn(page, user);
    await page.getByLabel("Community name").fill("Tea and jam");
    await press(page, "Create");
    expect(await heading(page)).toBe("Tea and jam");
    await page.getByLabel("User name or e-mail").fill(friend.email);
    await page.getByLabel("Role").selectOption("Administrator");
    await press(page, "Invite");
    expect(await said(page)).toContain("Invitation sent.");
    const theirs = await browser.open(visitor);
    await theirs.goto(`${used.url}/account`);
    await signIn(theirs, friend);
    await theirs.getByRole("link", { name: "See invitations" }).click();
    await theirs.getByRole("button", { name: "Accept: Tea and jam" }).click();
    expect(await said(theirs)).toBe("You are now a member.");
    await page.reload();
    await page.getByText(`Manage: ${friend.username}`).click();
    await press(page, "Make owner");
    expect(await said(page)).toBe("Role changed.");
    await page.getByRole("main").locator("summary", { hasText: "Leave community" }).click();
    await press(page, "Leave community");
    expect([await heading(page), await said(page)]).toEqual([
      "Communities",
      "You left the community.",
    ]);
    expect((await friend.users.listGroups({})).groups.map(({ name }) => name)).toEqual([
      "Tea and jam",
    ]);
  });
});

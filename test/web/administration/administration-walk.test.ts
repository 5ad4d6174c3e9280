// Administration in a real browser, from the search to the trail, with scripts and without, on a
// telephone and on a desk.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useServer } from "../../use-server.ts";
import { useBrowser } from "../browser.ts";
import { heading, signIn } from "../visitors.ts";

const browser = useBrowser();

describe.each([
  { engine: "mysql", javaScript: false, width: 360 },
  { engine: "sqlite", javaScript: true, width: 1280 },
] as const)("on $engine, $width px wide, scripts: $javaScript", ({ engine, ...visitor }) => {
  const used = useServer({ engine });
  const press = (page: Page, name: string) =>
    page.getByRole("main").getByRole("button", { name, exact: true }).click();
  const said = (page: Page) => page.getByRole("status").textContent();
  const follow = (page: Page, name: string) =>
    page.getByRole("main").getByRole("link", { name, exact: true }).click();

  test("a user is found, locked, unlocked and seen in the trail", async () => {
    const [page, theirs, administrator, user] = [
      await browser.open(visitor),
      await browser.open(visitor),
      await used.signUp(),
      await used.signUp(),
    ];
    await used.server.store.users.setAdministrator(administrator.id, true, 0);
    await theirs.goto(`${used.url}/sign-in`);
    await signIn(theirs, user);
    expect(await heading(theirs)).toBe(user.username);
    expect(await theirs.getByRole("link", { name: "Administration" }).count()).toBe(0);

    await page.goto(`${used.url}/administration`);
    await signIn(page, administrator);
    expect(await heading(page)).toBe("Overview");
    await follow(page, "Users");
    expect(await heading(page)).toBe("Users");
    await page.getByLabel("Search by").selectOption("User name starts with");
    await page.getByLabel("Text").fill(user.username.slice(0, -3));
    await press(page, "Apply");
    await follow(page, user.username);
    expect(await heading(page)).toBe(user.username);
    await follow(page, "Lock…");
    await page.getByLabel("Reason").fill("Reported as stolen");
    await page.getByLabel("Duration").selectOption("1 day");
    await press(page, "Lock");
    expect(await said(page)).toBe("User locked.");
    expect(await page.getByRole("main").textContent()).toContain("Reported as stolen");

    await theirs.goto(`${used.url}/account`);
    expect(await heading(theirs)).toBe("Sign in");
    await signIn(theirs, user);
    expect(await theirs.getByRole("alert").textContent()).toContain("locked");

    await press(page, "Unlock");
    expect(await said(page)).toBe("User unlocked.");
    await signIn(theirs, user);
    expect(await heading(theirs)).toBe(user.username);
    await page.reload();
    await page.getByRole("button", { name: /^End session: Chrome/ }).click();
    expect(await said(page)).toBe("Session ended.");

    await follow(page, "Show all events of this user");
    expect(await heading(page)).toBe("Audit log");
    await page.getByLabel("Type").selectOption("user.lock");
    await page.getByLabel("Result").selectOption("Succeeded");
    await press(page, "Apply");
    const told = page.getByRole("main").locator("tbody tr");
    expect(await told.count()).toBe(1);
    expect(await told.textContent()).toMatch(
      new RegExp(
        `user\\.lock[^]*Succeeded[^]*${administrator.username}[^]*${user.username}` +
          "[^]*reason: Reported as stolen",
      ),
    );
    await told.getByRole("link", { name: administrator.username }).click();
    expect(await page.getByRole("main").textContent()).toContain("changed only by its owner");
  });
});

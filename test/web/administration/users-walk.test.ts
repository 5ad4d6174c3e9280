// The administration of users in a real browser: made, found, sorted, edited, verified, deleted,
// restored and exported, with scripts and without, on a telephone and on a desk.
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { letterTo } from "../../email/mailbox.ts";
import { unique, useServer } from "../../use-server.ts";
import { useBrowser } from "../browser.ts";
import { heading, signIn } from "../visitors.ts";

const browser = useBrowser();

describe.each([
  { engine: "mysql", javaScript: false, width: 360 },
  { engine: "sqlite", javaScript: true, width: 1440 },
] as const)("on $engine, $width px wide, scripts: $javaScript", ({ engine, ...visitor }) => {
  const used = useServer({ engine });
  const main = (page: Page) => page.getByRole("main");
  const press = (page: Page, name: string) =>
    main(page).getByRole("button", { name, exact: true }).click();
  const follow = (page: Page, name: string) =>
    main(page).getByRole("link", { name, exact: true }).click();
  const said = (page: Page) => page.getByRole("status").textContent();
  const names = (page: Page) => page.locator(".list tbody td:first-child a").allTextContents();

  async function administration(): Promise<Page> {
    const [page, administrator] = [await browser.open(visitor), await used.signUp()];
    await used.server.store.users.setAdministrator(administrator.id, true, 0);
    await page.goto(`${used.url}/administration/users`);
    await signIn(page, administrator);
    expect(await heading(page)).toBe("Users");
    return page;
  }

  test("a user is made by letter, edited, verified, deleted and restored", async () => {
    const page = await administration();
    const [taken, name] = [await used.signUp(), unique("new ")];
    await follow(page, "Create user");
    await page.getByLabel("E-mail", { exact: true }).fill(taken.email);
    await page.getByLabel("User name").fill(name);
    await page.getByLabel("AccID").fill("acc-17");
    await page.getByLabel("Developer").check();
    await press(page, "Create user");
    // What was typed stays.
    expect(await page.locator("#email-error").textContent()).toContain("Another user");
    expect(await page.getByLabel("User name").inputValue()).toBe(name);
    expect(await page.getByLabel("Developer").isChecked()).toBe(true);
    const email = `${unique()}@example.com`;
    await page.getByLabel("E-mail", { exact: true }).fill(email);
    await press(page, "Create user");
    expect(await said(page)).toContain("on its way");
    expect(await heading(page)).toBe(name);
    for (const text of [email, "acc-17", "Developer", "not verified"])
      expect(await main(page).textContent()).toContain(text);
    const { link } = await letterTo(used.server.mailFolder, email);
    expect(link).toContain("/reset-password?token=");

    await follow(page, "Edit…");
    await page.getByLabel("User name").fill(taken.username);
    await press(page, "Save changes");
    expect(await page.locator("#username-error").textContent()).toContain("taken");
    await page.getByLabel("User name").fill(`${name}!`);
    await page.getByLabel("Developer").uncheck();
    await press(page, "Save changes");
    expect([await said(page), await heading(page)]).toEqual(["Changes saved.", `${name}!`]);

    await press(page, "Mark e-mail as verified");
    expect(await said(page)).toBe("E-mail marked as verified.");
    expect(await main(page).textContent()).not.toContain("not verified");
    await press(page, "Send password reset");
    expect(await said(page)).toContain("on its way");
    await letterTo(used.server.mailFolder, email, 2);

    await main(page)
      .locator("summary", { hasText: /^\s*Delete/ })
      .click();
    expect(await main(page).textContent()).toContain("restored for 30 days");
    await page.getByRole("button", { name: "Yes, do it: Delete" }).click();
    expect(await said(page)).toBe("User deleted.");
    await press(page, "Restore");
    expect(await said(page)).toBe("User restored.");
  });

  test("users are sorted, filtered, found by a part, and exported", async () => {
    const page = await administration();
    const mark = unique("Z").slice(0, 8);
    const made = [];
    for (const letter of ["b", "c", "a"]) {
      const username = `${letter}-${mark}`;
      made.push(await used.signUp({ username, email: `${username}@${letter}.example.com` }));
    }
    await used.administrator.users.lockUser({ userId: made[1]!.id, reason: "x" });
    await page.getByLabel("Text").fill(mark.toUpperCase());
    await press(page, "Apply");
    expect(await names(page)).toEqual([`a-${mark}`, `c-${mark}`, `b-${mark}`]);
    await page.getByLabel("State").selectOption("Locked");
    await press(page, "Apply");
    expect(await names(page)).toEqual([`c-${mark}`]);

    await follow(page, "Clear filters");
    const sorted = (name: string) =>
      page.getByRole("columnheader", { name }).getAttribute("aria-sort");
    expect(await sorted("Created")).toBe("descending");
    expect((await names(page)).slice(0, 3)).toEqual([`a-${mark}`, `c-${mark}`, `b-${mark}`]);
    expect(await said(page)).toMatch(/^\d+ found$/);
    await follow(page, "Name");
    expect(await sorted("Name")).toBe("ascending");
    const ascending = await names(page);
    expect(ascending).toEqual(ascending.toSorted());
    await follow(page, "Name");
    expect(await sorted("Name")).toBe("descending");
    expect(await names(page)).toEqual(ascending.toReversed());

    await page.getByLabel("Search by").selectOption("E-mail starts with");
    await page.getByLabel("Text").fill("c-");
    await press(page, "Apply");
    expect(await names(page)).toEqual([`c-${mark}`]);
    await page.getByLabel("Search by").selectOption("Name, e-mail or AccID contains");
    await page.getByLabel("Text").fill(mark);
    await press(page, "Apply");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      follow(page, "Download as CSV"),
    ]);
    const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
    expect(download.suggestedFilename()).toBe("users.csv");
    expect(lines[0]).toBe(
      "\uFEFFid,realm,username,email,email_verified,acc_id,state,developer,administrator," +
        "created_at,updated_at,deleted_at",
    );
    expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual(
      [made[2], made[1], made[0]].map((user) => user!.id),
    );
    expect(lines[2]).toContain(",locked,");
  });
});

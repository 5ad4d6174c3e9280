// Applications in a real browser, with scripts and without, on a telephone and on a desk: the list
// is sorted, filtered and downloaded, and each act is done by keyboard alone.
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { register } from "../../oauth/flow.ts";
import { aClient } from "../../store/samples.ts";
import { type SignedIn, unique, useServer } from "../../use-server.ts";
import { useBrowser } from "../browser.ts";
import { heading, pkce, signIn } from "../visitors.ts";

const browser = useBrowser();

describe.each([
  { engine: "mysql", javaScript: false, width: 360 },
  { engine: "sqlite", javaScript: true, width: 1280 },
] as const)("on $engine, $width px wide, scripts: $javaScript", ({ engine, ...visitor }) => {
  const used = useServer({ engine });
  let administrator: SignedIn;
  beforeAll(async () => {
    administrator = await used.signUp();
    await used.server.store.users.setAdministrator(administrator.id, true, 0);
  });
  const open = async (path: string): Promise<Page> => {
    const page = await browser.open(visitor);
    await page.goto(`${used.url}${path}`);
    await signIn(page, administrator);
    return page;
  };
  const main = (page: Page) => page.getByRole("main");
  /** Presses a button or follows a link as a person without a mouse. */
  const press = async (page: Page, role: "button" | "link", name: string): Promise<void> => {
    await main(page).getByRole(role, { name, exact: true }).press("Enter");
    await page.waitForLoadState();
  };
  /** Opens what a dangerous button says, and confirms it. */
  const confirm = async (page: Page, name: string): Promise<void> => {
    await main(page).locator("summary", { hasText: name }).press("Enter");
    await press(page, "button", `Yes, do it: ${name}`);
  };
  const said = (page: Page) => page.getByRole("status").first().textContent();

  test("the list is sorted, filtered and downloaded", async () => {
    const word = unique("teapot");
    for (const [index, name] of [`${word} B`, `${word} C`, `${word} A`].entries())
      await used.server.store.clients.insert(
        aClient({
          name,
          createdAt: 1_000 + index,
          ...(index === 1 && { disabledAt: 1, disableReason: '=spam, "bad"' }),
          ...(index === 2 && { verifiedAt: 1 }),
        }),
        undefined,
      );
    const page = await open(`/administration/applications?contains=${word}`);
    expect(await heading(page)).toBe("Applications");
    const names = async () =>
      (await page.locator("tbody strong").allTextContents()).map((name) => name.at(-1)).join("");
    await expect.poll(names).toBe("ACB");
    expect(await said(page)).toBe("3 found");
    const sorted = page.locator("th[aria-sort]");
    expect(await sorted.getAttribute("aria-sort")).toBe("descending");
    await press(page, "link", "Name");
    await expect.poll(names).toBe("ABC");
    expect(await sorted.textContent()).toContain("Name");
    await press(page, "link", "Name");
    await expect.poll(names).toBe("CBA");
    await page.getByLabel("State").selectOption("Disabled");
    await press(page, "button", "Apply");
    await expect.poll(names).toBe("C");
    expect(await said(page)).toBe("1 found");
    await page.getByLabel("State").selectOption("Active");
    await page.getByLabel("Verification").selectOption("Verified");
    await press(page, "button", "Apply");
    await expect.poll(names).toBe("A");
    await page.getByLabel("Type").selectOption("Public");
    await press(page, "button", "Apply");
    await expect.poll(() => said(page)).toBe("Nothing found.");
    await press(page, "link", "Clear filters");
    await page.getByLabel("Name contains, or client ID").fill(word.toUpperCase());
    await press(page, "button", "Apply");
    await expect.poll(names).toBe("ACB");
    const download = page.waitForEvent("download");
    await main(page).getByRole("link", { name: "Download as CSV" }).press("Enter");
    const lines = (await readFile(await (await download).path(), "utf8")).trim().split("\r\n");
    expect(lines[0]).toMatch(/^client_id,name,owner_id,/);
    expect(lines.slice(1).map((line) => line.split(",")[1])).toEqual([
      `${word} A`,
      `${word} C`,
      `${word} B`,
    ]);
    expect(lines[2]).toContain(`"'=spam, ""bad"""`);
  });

  test("an application is verified, disabled, enabled, given scopes and deleted", async () => {
    const { id } = await register(used.administrator, {
      grantTypes: ["authorization_code", "client_credentials"],
    });
    const stored = () => used.server.store.clients.find(id);
    const page = await open(`/administration/application?id=${id}`);
    await press(page, "button", "Verify");
    await expect.poll(() => said(page)).toBe("Application verified.");
    expect((await stored())?.verifiedAt).toBeDefined();
    await confirm(page, "Withdraw verification");
    await expect.poll(() => said(page)).toBe("Verification withdrawn.");
    await press(page, "link", "Edit scopes…");
    await page.getByLabel("users.read").focus();
    await page.keyboard.press("Space");
    await press(page, "button", "Save");
    await expect.poll(() => said(page)).toBe("Scopes saved.");
    expect((await stored())?.scopes).toEqual(["profile", "groups", "users.read"]);
    await press(page, "link", "Disable…");
    await page.getByLabel("Reason").fill("Reported as phishing");
    await press(page, "button", "Disable");
    await expect.poll(() => said(page)).toBe("Application disabled.");
    expect(await main(page).textContent()).toContain("Reported as phishing");
    await press(page, "button", "Enable");
    await expect.poll(() => said(page)).toBe("Application enabled.");
    await confirm(page, "Delete application");
    await expect.poll(() => said(page)).toBe("Application deleted.");
    expect(await heading(page)).toBe("Applications");
    expect(await stored()).toBeUndefined();
  });

  test("users read whether an application is verified, in three languages", async () => {
    const { id: ownerId } = administrator;
    const [known, unknown, off] = [
      aClient({ ownerId, apis: [], verifiedAt: 1 }),
      aClient({ ownerId, apis: [] }),
      aClient({ ownerId, apis: [], disabledAt: 1, disableReason: "secret reason" }),
    ];
    for (const client of [known, unknown, off])
      await used.server.store.clients.insert(client, undefined);
    const page = await open("/account");
    const { host } = new URL(used.url);
    const texts = {
      en: [`Verified by ${host}`, "Unverified", "Application switched off"],
      ru: [`Проверено сервером ${host}`, "Не проверено", "Приложение отключено"],
      zh: [`已由 ${host} 验证`, "未经验证", "应用已停用"],
    };
    let seen = 0;
    for (const [language, expected] of Object.entries(texts))
      for (const [index, { id, redirectUris }] of [known, unknown, off].entries()) {
        const asked = new URLSearchParams({
          client_id: id,
          redirect_uri: redirectUris[0]!,
          response_type: "code",
          code_challenge: pkce().challenge,
          code_challenge_method: "S256",
          lang: language,
        });
        await page.goto(`${used.url}/oauth2/authorize?${asked}`);
        const text = await main(page).textContent();
        expect(text).toContain(expected[index]);
        expect(text).not.toContain("secret reason");
        expect(page.url()).toContain(used.url);
        seen++;
      }
    expect(seen).toBe(9);
  });
});

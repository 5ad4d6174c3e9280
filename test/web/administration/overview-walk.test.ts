// The first page and the audit log in a real browser: charts, periods, filters, order, CSV.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { type SignedIn, useServer } from "../../use-server.ts";
import { useBrowser } from "../browser.ts";
import { heading } from "../visitors.ts";

const browser = useBrowser();
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

const NAMES = {
  en: { overview: "Overview", chart: "Sign-ins by day", table: "Show as a table", days: "7 days" },
  ru: { overview: "Обзор", chart: "Входы по дням", table: "Показать таблицей", days: "7 дн." },
  zh: { overview: "概览", chart: "每日登录", table: "以表格显示", days: "7 天" },
} as const;

/** Signs in, on a page of any language. */
async function enter(page: Page, { email, password }: SignedIn): Promise<void> {
  await page.locator("#identifier").fill(email);
  await page.locator("#password").fill(password);
  await page.locator("#password").press("Enter");
}

/** Returns what reaches out of the window sideways, and what axe finds. */
async function faults(page: Page): Promise<readonly string[]> {
  await page.evaluate(await readFile(axe, "utf8"));
  const found: string[] = await page.evaluate(
    "axe.run().then(({ violations }) => violations.map(({ id }) => id))",
  );
  const isWider = await page.evaluate(
    "document.documentElement.scrollWidth > document.documentElement.clientWidth",
  );
  return isWider === true ? [...found, "wider than the window"] : found;
}

describe.each([
  { engine: "sqlite", locale: "en", width: 1440, colorScheme: "light", javaScript: true },
  { engine: "mysql", locale: "ru", width: 360, colorScheme: "dark", javaScript: false },
  { engine: "sqlite", locale: "zh", width: 1440, colorScheme: "dark", javaScript: false },
] as const)(
  "in $locale on $engine, $width px wide, $colorScheme, scripts: $javaScript",
  ({ engine, ...visitor }) => {
    const used = useServer({ engine });
    const names = NAMES[visitor.locale];

    test("the first page has numbers, charts and their tables", async () => {
      const [page, administrator] = [await browser.open(visitor), await used.signUp()];
      await used.server.store.users.setAdministrator(administrator.id, true, 0);
      await page.goto(`${used.url}/administration`);
      await enter(page, administrator);
      expect(await heading(page)).toBe(names.overview);
      expect(await page.locator(".figures dd").count()).toBe(6);
      const chart = page.getByRole("img", { name: names.chart });
      expect(await chart.count()).toBe(1);
      expect(await page.locator("svg[role=img]").count()).toBe(4);
      const table = page.locator("figure").first().locator("tbody tr");
      expect(await table.count()).toBe(30);
      expect(await table.last().isVisible()).toBe(false);
      // By the keyboard alone.
      await page.locator("figure").first().getByText(names.table).focus();
      await page.keyboard.press("Enter");
      expect(await table.last().isVisible()).toBe(true);
      const [succeeded, refused] = await table.last().locator("td").allTextContents();
      expect(Number(succeeded)).toBeGreaterThan(0);
      expect(refused).toBe("0");
      await page.getByRole("link", { name: names.days, exact: true }).focus();
      await page.keyboard.press("Enter");
      await page.waitForURL("**/administration?days=7");
      expect(await page.locator("figure").first().locator("tbody tr").count()).toBe(7);
      if (visitor.javaScript) expect(await faults(page)).toEqual([]);
    });

    test("the audit log is filtered, sorted and downloaded", async () => {
      const [page, administrator] = [await browser.open(visitor), await used.signUp()];
      await used.server.store.users.setAdministrator(administrator.id, true, 0);
      await page.goto(`${used.url}/administration/audit?user=${administrator.id}`);
      await enter(page, administrator);
      const rows = page.locator("tbody tr");
      const types = async () => rows.locator("strong").allTextContents();
      const newest = await types();
      expect(newest.length).toBeGreaterThan(1);
      const sorted = page.locator("th[aria-sort]");
      expect(await sorted.getAttribute("aria-sort")).toBe("descending");
      await sorted.getByRole("link").focus();
      await page.keyboard.press("Enter");
      await page.waitForURL("**order=create_time**");
      expect(await sorted.getAttribute("aria-sort")).toBe("ascending");
      expect(await types()).toEqual(newest.toReversed());
      const coming = page.waitForEvent("download");
      await page.locator("a[download]").click();
      const text = await readFile(await (await coming).path(), "utf8");
      const lines = text.trimEnd().split("\r\n");
      expect(lines.slice(1).map((line) => line.split(",")[2])).toEqual(newest.toReversed());
      await page.locator("#type").selectOption("user.create");
      await page.locator("form[role=search] button").click();
      expect(await types()).toEqual(["user.create"]);
      if (visitor.javaScript) expect(await faults(page)).toEqual([]);
    });
  },
);

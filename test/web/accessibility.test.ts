import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useServer } from "../use-server.ts";
import { useBrowser, type Visitor } from "./browser.ts";
import { everyPage, plainNames } from "./every-page.ts";
import { heading } from "./visitors.ts";

const used = useServer({
  environment: { SIGN_UP_CONFIRMATION: "on", KOKIDS_PREDECESSOR: "http://127.0.0.1:9" },
});
const browser = useBrowser();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Opens a window whose pages have axe. A policy against scripts doesn't concern this one. */
async function openWithAxe(visitor: Visitor): Promise<Page> {
  const page = await browser.open(visitor);
  // Once for the window: to send half a megabyte for each page took more time than axe itself.
  await page.addInitScript({ content: axe });
  return page;
}

/** What is looked at on each page. */
interface Look {
  readonly language: string;
  readonly title: string;
  readonly violations: AxeResults["violations"];
  /** Whether something reaches out of the window sideways. */
  readonly overflows: boolean;
}

/**
 * Looks at the page, in one call: each call by a locator would first load Playwright's own script
 * into it.
 */
async function look(page: Page, contrast: boolean): Promise<Look> {
  // The pages have no media, and their style is their own.
  const options = {
    preload: false,
    rules: { "color-contrast": { enabled: contrast } },
    resultTypes: ["violations"],
    runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
  };
  return page.evaluate(
    `axe.run(${JSON.stringify(options)}).then(({ violations }) => ({
      language: document.documentElement.lang,
      title: document.title,
      violations,
      overflows: document.documentElement.scrollWidth > document.documentElement.clientWidth,
    }))`,
  );
}

const described = ({ violations }: Look): string[] =>
  violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);

// Colours depend on the scheme alone, and texts on the language alone: each is seen on every page,
// but not each with each. Contrast, the slowest rule, is measured once for each scheme.
describe.each([
  { locale: "en", width: 1280, colorScheme: "light", contrast: true },
  { locale: "ru", width: 360, colorScheme: "dark", contrast: true },
  { locale: "zh-CN", width: 360, colorScheme: "light", contrast: false },
] as const)("in $locale, $width px wide, $colorScheme", (visitor) => {
  test("every page is accessible and fits", async () => {
    const page = await openWithAxe(visitor);
    const titles = new Set<string>();
    for (const { name, lead } of await everyPage(used, plainNames())) {
      await lead(page);
      const seen = await look(page, visitor.contrast);
      expect(seen.language, name).toBe(visitor.locale.slice(0, 2));
      titles.add(seen.title);
      expect(described(seen), name).toEqual([]);
      expect(seen.overflows, name).toBe(false);
    }
    expect(titles.size).toBeGreaterThan(8);
  }, 240_000);
});

test("the keyboard alone leads through sign-in and consent", async () => {
  const page = await browser.open();
  const user = await used.signUp();
  await page.goto(`${used.url}/sign-in`);
  await page.keyboard.type(user.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(user.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: user.username }).waitFor();
  const pages = await everyPage(used, plainNames());
  await pages.find(({ name }) => name === "sign-in for an application")!.lead(page);
  for (let presses = 0; presses < 4; presses++) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate("document.activeElement.textContent.trim()")) === "Deny") break;
  }
  expect(await page.evaluate("document.activeElement.textContent.trim()")).toBe("Deny");
});

test("the switch of languages is remembered and keeps the place", async () => {
  const page = await browser.open({ locale: "ru" });
  const pages = await everyPage(used, plainNames());
  await pages.find(({ name }) => name === "sign-in for an application")!.lead(page);
  expect(await heading(page)).toBe("Вход");
  await page.getByRole("button", { name: "中文" }).click();
  expect(await heading(page)).toBe("登录");
  expect(await page.getByRole("main").textContent()).toContain("Reading room");
  await page.goto(used.url);
  expect(await heading(page)).toBe("统一账号");
});

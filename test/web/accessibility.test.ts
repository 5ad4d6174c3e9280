import { describe, expect, test } from "vitest";
import { useServer } from "../use-server.ts";
import { described, look, openWithAxe } from "./axe.ts";
import { useBrowser } from "./browser.ts";
import { everyPage, plainNames } from "./every-page.ts";
import { heading } from "./visitors.ts";

const used = useServer({
  environment: { SIGN_UP_CONFIRMATION: "on", KOKIDS_PREDECESSOR: "http://127.0.0.1:9" },
});
const browser = useBrowser();

// Colours depend on the scheme alone, and texts on the language alone: each is seen on every page,
// but not each with each. Contrast, the slowest rule, is measured once for each scheme.
describe.each([
  { locale: "en", width: 1280, colorScheme: "light", contrast: true },
  { locale: "ru", width: 360, colorScheme: "dark", contrast: true },
  { locale: "zh-CN", width: 360, colorScheme: "light", contrast: false },
] as const)("in $locale, $width px wide, $colorScheme", (visitor) => {
  test("every page is accessible and fits", async () => {
    const page = await openWithAxe(browser, visitor);
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
  });
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

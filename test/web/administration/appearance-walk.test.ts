// Pages with a brand in a real browser: set by keyboard, seen in three languages, light and dark.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { contrastOf } from "../../../src/domain/branding/colors.ts";
import { PNG } from "../../domain/branding/samples.ts";
import { REDIRECT_URI, register } from "../../oauth/flow.ts";
import { useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";
import { described, look, openWithAxe } from "../axe.ts";
import { useBrowser } from "../browser.ts";
import { signIn } from "../visitors.ts";

const browser = useBrowser();
const used = useServer();
const PATH = "/administration/appearance";

const hexOf = (color: string): string =>
  `#${Buffer.from(color.match(/\d+/g)!.slice(0, 3).map(Number)).toString("hex")}`;

/** The colours of the first button of the page's main part. */
async function buttonOf(page: Page): Promise<{ background: string; ratio: number }> {
  const [color, background] = await page
    .locator("main .button:not(.second)")
    .first()
    .evaluate((element) => {
      const { color: text, backgroundColor } = getComputedStyle(element);
      return [text, backgroundColor] as const;
    });
  return { background: hexOf(background), ratio: contrastOf(hexOf(color), hexOf(background)) };
}

async function expectClean(page: Page, about: string): Promise<void> {
  const seen = await look(page, true);
  expect(described(seen), about).toEqual([]);
  expect(seen.overflows, about).toBe(false);
}

test("an administrator sets a brand by keyboard alone, and sees it before saving", async () => {
  const administrator = await used.signUp();
  await used.server.store.users.setAdministrator(administrator.id, true, 0);
  const page = await browser.open({ javaScript: false });
  await page.goto(`${used.url}${PATH}`);
  await signIn(page, administrator);
  await page.getByLabel("Name", { exact: true }).focus();
  await page.keyboard.type("Café 店");
  await page.getByLabel("Logo", { exact: true }).setInputFiles({
    name: "logo.png",
    mimeType: "image/png",
    buffer: PNG,
  });
  await page.getByLabel("Accent color on light pages").focus();
  await page.keyboard.type("#7a1f5c");
  await page.getByLabel("Privacy policy").focus();
  await page.keyboard.type("https://example.com/privacy");

  await page.getByRole("button", { name: "Preview the sign-in page" }).focus();
  const opened = page.waitForEvent("popup");
  await page.keyboard.press("Enter");
  const preview = await opened;
  await preview.waitForLoadState();
  expect(await preview.getByRole("status").textContent()).toBe("Preview. Nothing is saved yet.");
  expect(await preview.title()).toBe("Sign in · Café 店");
  expect((await buttonOf(preview)).background).toBe("#7a1f5c");
  const logo = preview.locator(".brand img");
  expect(await logo.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(16);
  expect(await used.server.store.brands.find("default")).toBeUndefined();

  await page.getByRole("button", { name: "Save" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/notice=saved/);
  expect(await page.title()).toBe("Appearance: default · Café 店");
  expect((await buttonOf(page)).background).toBe("#7a1f5c");

  await page.getByLabel("E-mail", { exact: true }).selectOption("Reset a password");
  await page.getByRole("button", { name: "Edit" }).click();
  const letter = page.frameLocator("iframe.letter");
  expect(await letter.locator("h1").textContent()).toBe("Reset your password");
  const style = await letter
    .locator("a")
    .first()
    .evaluate((link) => getComputedStyle(link).backgroundColor);
  expect(hexOf(style)).toBe("#7a1f5c");
  expect(
    await letter.locator("img").evaluate((image) => (image as HTMLImageElement).naturalWidth),
  ).toBe(16);
});

describe.each([
  { locale: "en", colorScheme: "light", width: 1440 },
  { locale: "ru", colorScheme: "dark", width: 360 },
  { locale: "zh-CN", colorScheme: "dark", width: 1440 },
  { locale: "zh-CN", colorScheme: "light", width: 360 },
] as const)("in $locale, $colorScheme, $width px wide", (visitor) => {
  test("branded pages are readable", async () => {
    await used.server.store.brands.save({
      realm: "default",
      version: visitor.locale + visitor.colorScheme,
      changedAt: 1,
      name: "חנות הספרים הגדולה של ירושלים",
      logo: { type: "image/png", content: PNG.toString("base64") },
      // The lightest green that is allowed: its contrast is hardly 4.5.
      color: "#1a7a3c",
      colorDark: "",
      links: {
        terms: "https://example.com/terms",
        privacy: "https://example.com/privacy",
        imprint: "https://example.com/imprint",
        support: "mailto:help@example.com",
      },
      letters: [],
    });
    const administrator = await used.signUp();
    await used.server.store.users.setAdministrator(administrator.id, true, 0);
    const client = await register(used.administrator, { pkceOptional: true });
    const page = await openWithAxe(browser, visitor);
    await expect
      .poll(async () => {
        await page.goto(`${used.url}/sign-in`);
        return page.title();
      })
      .toContain("חנות");
    const query = new URLSearchParams({
      response_type: "code",
      client_id: client.id,
      redirect_uri: REDIRECT_URI,
    });
    await page.goto(`${used.url}/oauth2/authorize?${query}`);
    await expectClean(page, "sign-in");
    expect((await buttonOf(page)).background).toBe("#1a7a3c");
    expect((await buttonOf(page)).ratio).toBeGreaterThan(4.5);
    expect(await page.locator(".legal a").count()).toBe(4);
    await page.goto(`${used.url}/oauth2/authorize?client_id=none`);
    await expectClean(page, "error");
    const agent = new Agent(used.url);
    await agent.signIn(administrator);
    await page.context().addCookies(
      agent.cookie.split("; ").map((cookie) => {
        const [name = "", ...value] = cookie.split("=");
        return { name, value: value.join("="), url: used.url };
      }),
    );
    await page.goto(`${used.url}/oauth2/authorize?${query}`);
    await expectClean(page, "consent");
    await page.goto(`${used.url}${PATH}`);
    await expectClean(page, "appearance");
    await page.goto(
      `${used.url}${PATH}/letter?realm=default&kind=sign-up` +
        `&letter_language=${visitor.locale.slice(0, 2)}`,
    );
    await expectClean(page, "letter");
  });
});

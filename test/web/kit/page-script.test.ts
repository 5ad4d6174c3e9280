// What the script of the pages adds, and that nothing needs it.
import { expect, test } from "vitest";
import { unique, useServer } from "../../use-server.ts";
import { useBrowser } from "../browser.ts";
import { signIn } from "../visitors.ts";

const used = useServer();
const browser = useBrowser();

test("times are in the zone of the browser, secrets can be copied, passwords shown", async () => {
  const page = await browser.open({ locale: "en", timezone: "Asia/Tokyo" });
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const user = await used.signUp();
  await used.server.store.users.update(user.id, { developer: true }, Date.now());
  await page.goto(`${used.url}/sign-in`);
  const password = page.getByLabel("Password", { exact: true });
  await password.fill("seen");
  await page.getByRole("button", { name: "Show password" }).click();
  expect(await password.getAttribute("type")).toBe("text");
  await page.getByRole("button", { name: "Show password" }).click();
  expect(await password.getAttribute("type")).toBe("password");
  await signIn(page, user);
  await page.waitForURL(`${used.url}/account`);

  await page.goto(`${used.url}/developer/register?kind=web`);
  await page.getByLabel("Name", { exact: false }).first().fill(unique());
  await page.locator("textarea").first().fill("https://app.example/cb");
  await page.getByRole("button", { name: "Register" }).click();
  const secret = page.locator("pre").nth(1);
  await page.getByRole("button", { name: "Copy" }).nth(1).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(await secret.textContent());

  await page.getByRole("link", { name: "I have copied it" }).click();
  const times = page.locator("time[data-shown=minute]");
  expect(await times.count()).toBeGreaterThan(0);
  expect(await times.first().textContent()).toMatch(/^\w+ \d+, \d{4}, \d\d:\d\d GMT\+9$/);
  await page.getByText("Revoke all tokens").click();
  const certain = page.getByRole("button", { name: "Revoke all tokens" });
  expect(await certain.textContent()).toContain("Yes, do it");
  await certain.click();
  await page.getByRole("status").waitFor();
});

test("without JavaScript, times are in UTC and an action still asks first", async () => {
  const page = await browser.open({ locale: "en", javaScript: false });
  const user = await used.signUp();
  await page.goto(`${used.url}/sign-in`);
  expect(await page.getByRole("button", { name: "Show password" }).count()).toBe(0);
  await signIn(page, user);
  await page.waitForURL(`${used.url}/account`);
  await page.goto(`${used.url}/account/sessions`);
  expect(await page.locator("time").count()).toBeGreaterThan(0);
});

// A visitor with a mailbox: confirms the address, forgets the password, changes the address. By
// SMTP and by the folder.
import type { Page } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { PASSWORD, startMailServer } from "../../email/mail-server.ts";
import { type Arrived, letterTo, read } from "../../email/mailbox.ts";
import { unique, useServer } from "../../use-server.ts";
import { useBrowser } from "../browser.ts";
import { fillSignUp, heading, signIn, signUp } from "../visitors.ts";

type Person = { readonly email: string; readonly username: string; readonly password: string };

const browser = useBrowser();
const mailServer = await startMailServer({ authOptional: false });
afterAll(() => mailServer.stop());

/** The newest of so many letters that came by SMTP. */
async function received(email: string, count: number): Promise<Arrived> {
  const find = () => mailServer.mails.filter(({ to }) => to.includes(email));
  await expect.poll(() => find().length).toBe(count);
  return read(find().at(-1)!.source);
}

const SMTP = {
  SMTP_URL: `smtp://post:${encodeURIComponent(PASSWORD)}@127.0.0.1:${mailServer.port}`,
  MAIL_FROM: "Latchkey <no-reply@example.com>",
};

describe.each([
  { engine: "sqlite", environment: {}, visitor: { javaScript: false, width: 360 } },
  { engine: "mysql", environment: SMTP, visitor: { width: 1280 } },
] as const)("on $engine", ({ engine, environment, visitor }) => {
  const used = useServer({ engine, environment });
  const hasServer = "SMTP_URL" in environment;
  const letter = (email: string, count: number): Promise<Arrived> =>
    hasServer ? received(email, count) : letterTo(used.server.mailFolder, email, count);
  const press = (page: Page, name: string) =>
    page.getByRole("main").getByRole("button", { name, exact: true }).click();
  const note = (page: Page) =>
    page.getByText("E-mails are saved as files in DATA_DIR/mail").count();

  /** Without a mail server the account is there at once. */
  async function confirmsLater(page: Page, user: Person): Promise<void> {
    await signUp(page, user);
    expect(await note(page)).toBe(1);
    await page.goto((await letter(user.email, 1)).link);
    expect(await heading(page)).toBe("Confirm your e-mail address");
    await page.getByLabel("Password").fill("not this one");
    await press(page, "Confirm");
    expect(await page.getByText("Wrong password.").count()).toBe(1);
    await page.getByLabel("Password").fill(user.password);
    await press(page, "Confirm");
    expect(await heading(page)).toBe("Thank you");
  }

  /** With one there is nothing to sign in to before the address is confirmed. */
  async function confirmsSignUp(page: Page, user: Person): Promise<void> {
    await fillSignUp(page, user);
    expect(await heading(page)).toBe("Check your inbox");
    expect(await note(page)).toBe(0);
    await page.goto(`${used.url}/sign-in`);
    await signIn(page, user);
    expect(await page.getByRole("alert").textContent()).toContain("Wrong e-mail, user name");
    await page.goto((await letter(user.email, 1)).link);
    expect(await heading(page)).toBe("Confirm your e-mail address");
    await page.getByLabel("Password").fill("not this one");
    await press(page, "Create account");
    expect(await page.getByText("Wrong password. Enter the password that was chosen").count()).toBe(
      1,
    );
    await page.getByLabel("Password").fill(user.password);
    await press(page, "Create account");
    expect(await heading(page)).toBe(user.username);
    await page.getByRole("button", { name: "Sign out" }).click();
  }

  test("confirms, forgets, changes", async () => {
    const page = await browser.open(visitor);
    const user = {
      email: `${unique()}@example.com`,
      username: unique(),
      password: "correct horse battery",
    };
    await page.goto(`${used.url}/sign-up`);
    if (hasServer) await confirmsSignUp(page, user);
    else await confirmsLater(page, user);

    await page.goto(`${used.url}/sign-in`);
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await page.getByLabel("E-mail").fill(user.email);
    await press(page, "Send link");
    expect(await heading(page)).toBe("Check your inbox");
    expect(await note(page)).toBe(hasServer ? 0 : 1);
    const { link } = await letter(user.email, 2);
    await page.goto(link);
    await page.getByLabel("New password").fill("another evening by the sea");
    await press(page, "Set password");
    expect(await page.getByRole("status").textContent()).toContain("Your password was changed");
    await signIn(page, { email: user.email, password: "another evening by the sea" });
    expect(await heading(page)).toBe(user.username);
    await page.goto(link);
    expect(await heading(page)).toBe("This link no longer works");

    await page.goto(`${used.url}/account`);
    await page.getByRole("link", { name: "Change: E-mail" }).click();
    expect(await page.getByText("not confirmed").count()).toBe(0);
    const email = `${unique()}@example.org`;
    await page.getByLabel("New e-mail address").fill(email);
    await page.getByLabel("Current password").fill("another evening by the sea");
    await press(page, "Send link");
    expect(await page.getByRole("status").textContent()).toContain(
      "We sent an e-mail to the new address.",
    );
    await page.goto((await letter(email, 1)).link);
    await press(page, "Confirm new address");
    expect(await heading(page)).toBe("Thank you");
    await page.goto(`${used.url}/account/email`);
    expect(await page.getByRole("main").textContent()).toContain(email);
    expect((await letter(user.email, 4)).subject).toBe("Your e-mail address was changed");
    expect(used.server.log.join("")).not.toMatch(/lkm_|@example\./);
  });
});

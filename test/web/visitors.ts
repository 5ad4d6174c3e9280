// What visitors do on the pages, by the words that they read there.
import { createHash, randomBytes } from "node:crypto";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Fills the sign-in page and sends it. */
export async function signIn(
  page: Page,
  user: { readonly email: string; readonly password: string },
): Promise<void> {
  await page.getByLabel("E-mail or user name").fill(user.email);
  await page.getByLabel("Password").fill(user.password);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
}

/** Fills the sign-up page and sends it. */
export async function fillSignUp(
  page: Page,
  user: { readonly email: string; readonly username: string; readonly password: string },
): Promise<void> {
  await page.getByLabel("E-mail").fill(user.email);
  await page.getByLabel("User name").fill(user.username);
  await page.getByLabel("Password").fill(user.password);
  await page.getByRole("button", { name: "Create account" }).click();
}

/** Registers by the page, which leads to the sign-in page. */
export async function signUp(
  page: Page,
  user: { readonly email: string; readonly username: string; readonly password: string },
): Promise<void> {
  await fillSignUp(page, user);
  await expect
    .poll(() => page.getByRole("status").textContent())
    .toContain("your account is ready");
}

/** Where the browser came back to the application, with what. */
export async function comeBack(page: Page, redirectUri: string): Promise<URLSearchParams> {
  await page.waitForURL((url) => url.href.startsWith(redirectUri));
  return new URL(page.url()).searchParams;
}

/** The main heading. */
export const heading = (page: Page): Promise<string | null> =>
  page.getByRole("heading", { level: 1 }).textContent();

/** A verifier and its challenge, RFC 7636. */
export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

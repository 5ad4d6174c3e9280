import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { useServer } from "../../use-server.ts";
import { useBrowser } from "../browser.ts";

const used = useServer();
const without = useServer({ environment: { DOCS: "off" } });
const browser = useBrowser();

const overflows = (page: Page): Promise<boolean> =>
  page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
const background = (page: Page): Promise<string> =>
  page.evaluate("getComputedStyle(document.body).backgroundColor");

test(
  "a call is made from the page, nothing leaves this server, and it fits a narrow " +
    "window, light and dark",
  async () => {
    const page = await browser.open({ width: 360, colorScheme: "dark" });
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on(
      "console",
      (message) => void (message.type() === "error" && complaints.push(message.text())),
    );
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`${used.url}/docs#/KokidsService/KokidsServiceLogin`);
    const operation = page.locator("#operations-KokidsService-KokidsServiceLogin");
    await operation.getByRole("button", { name: "Try it out" }).click({ timeout: 25_000 });
    await operation.getByRole("button", { name: "Execute" }).click();
    await operation
      .locator(".live-responses-table .response-col_status")
      .filter({ hasText: "400" })
      .waitFor();
    expect(await operation.locator(".live-responses-table").textContent()).toContain(
      '"Invalid input"',
    );
    expect([
      await page.locator(".opblock-tag").count(),
      await page.locator(".opblock").count(),
    ]).toEqual([10, 4]);
    expect(
      requests.filter((url) => !url.startsWith(`${used.url}/`) && !url.startsWith("data:")),
    ).toEqual([]);
    // Chromium reports every status above 399 as an error.
    expect(complaints.filter((text) => !text.includes("status of 400"))).toEqual([]);
    expect([await overflows(page), await background(page)]).toEqual([false, "rgb(28, 32, 34)"]);
    await page.emulateMedia({ colorScheme: "light" });
    await expect.poll(() => background(page)).toBe("rgb(255, 255, 255)");
  },
);

test("its policy allows no inline script and no frame, and its files are kept", async () => {
  const response = await fetch(`${used.url}/docs`);
  const text = await response.text();
  expect(response.headers.get("content-security-policy")).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
      "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  );
  expect(response.headers.get("x-frame-options")).toBe("DENY");
  expect(text).not.toMatch(/<script(?! src="\/)|<style| on\w+=/);
  for (const [, path] of text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g))
    expect((await fetch(`${used.url}${path}`)).headers.get("cache-control"), path).toBe(
      "public, max-age=31536000, immutable",
    );
});

test("without JavaScript it leads to the description; the start page leads to it", async () => {
  const page = await browser.open({ javaScript: false });
  await page.goto(used.url);
  await page.getByRole("link", { name: "API reference for developers" }).click();
  await page.getByRole("main").getByRole("link", { name: "openapi.json", exact: true }).click();
  expect(JSON.parse((await page.locator("body").textContent()) ?? "")).toMatchObject({
    openapi: "3.1.0",
  });
});

test("DOCS=off leaves nothing of it", async () => {
  for (const path of ["/docs", "/openapi.json", "/openapi-3.0.json", "/docs/oauth2-redirect.html"])
    expect((await fetch(`${without.url}${path}`)).status, path).toBe(404);
  expect(await (await fetch(without.url)).text()).not.toContain("/docs");
});

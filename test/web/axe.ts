// How accessible a page is, as axe sees it in Chromium.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import type { UsedBrowser, Visitor } from "./browser.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Opens a window whose pages have axe. A policy against scripts doesn't concern this one. */
export async function openWithAxe(browser: UsedBrowser, visitor: Visitor): Promise<Page> {
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
export async function look(page: Page, contrast: boolean): Promise<Look> {
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

export const described = ({ violations }: Look): string[] =>
  violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);

import { existsSync } from "node:fs";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { afterEach, beforeAll } from "vitest";

/** Where Debian puts them. The first draws no window, and needs 40 % of the CPU time. */
const EXECUTABLES = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A window and what a visitor brings. */
export interface Visitor {
  readonly javaScript?: boolean;
  readonly width?: number;
  readonly locale?: string;
  readonly timezone?: string;
  readonly colorScheme?: "light" | "dark";
}

/** Windows that close after each test. */
export interface UsedBrowser {
  /** A window without cookies. */
  open(visitor?: Visitor): Promise<Page>;
}

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: EXECUTABLES.find(existsSync), args: FLAGS });

export function contextOptions({
  javaScript = true,
  width = 1280,
  locale = "en",
  timezone = "UTC",
  colorScheme = "light",
}: Visitor): BrowserContextOptions {
  return {
    javaScriptEnabled: javaScript,
    viewport: { width, height: 800 },
    locale,
    timezoneId: timezone,
    colorScheme,
    // A test's own certificate.
    ignoreHTTPSErrors: true,
  };
}

let shared: Promise<Browser> | undefined;

/** One Chromium for all files that a worker process runs. It ends with the process. */
async function sharedBrowser(): Promise<Browser> {
  const browser = await (shared ??= launch());
  if (browser.isConnected()) return browser;
  shared = launch();
  return shared;
}

/** Call it at the top of a file. The windows of one test share nothing with those of another. */
export function useBrowser(): UsedBrowser {
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  beforeAll(async () => {
    browser = await sharedBrowser();
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  });
  return {
    async open(visitor = {}) {
      const context = await browser.newContext(contextOptions(visitor));
      contexts.push(context);
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      return page;
    },
  };
}

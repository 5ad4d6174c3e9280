// A user's Chromium, for applications whose scripts sign the user in.
import { contextOptions, launch } from "../web/browser.ts";
import { signIn } from "../web/visitors.ts";
import type { Arrival, Person } from "./visitor.ts";

/** One browser of one person. */
export class ChromiumVisitor {
  readonly #person: Person;

  constructor(person: Person) {
    this.#person = person;
  }

  /** Opens a page, signs in and allows, and returns what the application then shows as the user. */
  async open(url: string): Promise<Arrival> {
    const browser = await launch();
    try {
      const context = await browser.newContext(contextOptions({}));
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      await page.goto(url);
      await signIn(page, this.#person);
      await page.getByRole("button", { name: "Allow" }).click();
      const { origin } = new URL(url);
      await page.waitForURL((shown) => shown.origin === origin);
      const user = page.locator("body", { hasText: /\S/ });
      return { page: await user.innerText(), url: page.url() };
    } finally {
      await browser.close();
    }
  }
}

// The pages about an application: those of its developer, and those of administrators.
import type { Page } from "playwright-core";

/** The application, and what is shown of others. */
interface Shown {
  readonly url: string;
  readonly id: string;
  readonly names: { readonly client: string; readonly state: string };
  readonly submit: (page: Page, fields: Record<string, string>) => Promise<void>;
}

type Led = readonly { readonly name: string; readonly lead: (page: Page) => Promise<unknown> }[];

const goto = (target: string) => (page: Page) => page.goto(target);

export const administeredApplicationPages = ({ url, id, names, submit }: Shown): Led => {
  const administered = (page: string): string =>
    `${url}/administration/application/${page}?id=${id}`;
  return [
    {
      name: "all applications",
      lead: goto(`${url}/administration/applications?contains=${id}`),
    },
    { name: "any application", lead: (page) => page.locator("tbody a").first().click() },
    {
      name: "disable an application, without a reason",
      lead: async (page) => (
        await page.goto(administered("disable")),
        submit(page, { reason: " " })
      ),
    },
    {
      name: "scopes of an application",
      lead: goto(administered("scopes")),
    },
    {
      name: "settings of any application, wrong",
      lead: async (page) => (
        await page.goto(administered("settings")),
        submit(page, { redirect_uris: names.state })
      ),
    },
    { name: "advanced settings of any application", lead: goto(administered("advanced")) },
  ];
};

export const developerPages = ({ url, id, names, submit }: Shown): Led => {
  const own = (page: string): string => `${url}/developer/application${page}?id=${id}`;
  return [
    { name: "developer's applications", lead: goto(`${url}/developer`) },
    { name: "kinds of applications", lead: goto(`${url}/developer/register`) },
    {
      name: "registration, wrong",
      lead: async (page) => (
        await page.goto(`${url}/developer/register?kind=web`),
        submit(page, { name: names.client, redirect_uris: names.state })
      ),
    },
    {
      name: "registration, done",
      lead: (page) => submit(page, { redirect_uris: "https://app.example/cb" }),
    },
    { name: "application", lead: goto(own("")) },
    { name: "settings", lead: goto(own("/settings")) },
    {
      name: "advanced settings, wrong",
      lead: async (page) => (
        await page.goto(own("/advanced")),
        submit(page, { post_logout_redirect_uris: names.state, jwks_uri: names.state.slice(0, 99) })
      ),
    },
    {
      name: "advanced settings",
      lead: (page) =>
        submit(page, {
          post_logout_redirect_uris: "https://app.example/left",
          jwks_uri: "https://app.example/keys.json",
        }),
    },
    { name: "code", lead: goto(own("/snippets")) },
    { name: "sign-in button", lead: goto(own("/button")) },
    { name: "new secret", lead: goto(own("/secret")) },
    { name: "deletion", lead: goto(own("/delete")) },
  ];
};

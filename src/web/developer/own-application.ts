// The application that a page is about. It owns who may see it, the addresses of its pages and what
// they share, and must not know what is on them.
import { html } from "../kit/html.ts";
import type { Client } from "../../domain/model.ts";
import { applicationTitle } from "../oauth/consent.ts";
import type { PageContent, Html } from "../kit/layout.ts";
import { render } from "../kit/layout.ts";
import { tabs } from "../kit/navigation.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { type ApplicationPage, developerMessages } from "./messages.ts";
import { fieldValue, queryValue, type Page, type PageContext } from "../request/page-context.ts";

const PATHS: Readonly<Record<ApplicationPage, string>> = {
  overview: "/developer/application",
  settings: "/developer/application/settings",
  snippets: "/developer/application/snippets",
  button: "/developer/application/button",
};
const PAGES = Object.keys(PATHS) as ApplicationPage[];

/** A page at this path, about this application. */
export const about = (path: string, id: string): string => `${path}?${new URLSearchParams({ id })}`;

/** The address of a page of an application. */
export const applicationPath = (page: ApplicationPage, id: string): string =>
  about(PATHS[page], id);

/** The id that the address or the form names. */
export const namedId = (visit: PageContext): string =>
  queryValue(visit, "id") || fieldValue(visit, "id");

/** A page about an application of the visitor; there is nothing about anybody else's. */
export const ofOwn =
  (
    { clients }: WebDependencies,
    page: (visit: PageContext, client: Client) => Promise<Response> | Response,
  ): Page =>
  async (visit) =>
    page(visit, await clients.get(visit.context, namedId(visit)));

/** A page about an application, below its name and the ways to its other pages. */
export function renderOwn(
  visit: PageContext,
  client: Client,
  title: string,
  body: Html,
  more: Partial<PageContent> = {},
): Promise<Response> {
  const texts = developerMessages[visit.language];
  const pages = PAGES.map((page) => ({
    path: applicationPath(page, client.id),
    name: texts.pages[page],
  }));
  const framed = html`${tabs(visit, texts.pagesOf(client.name), [{ path: "/developer", name: `← ${texts.back}` }, ...pages], about(visit.path, client.id))}
  ${applicationTitle(visit, client, client.name)} ${body}`;
  return render(visit, {
    title: `${title} · ${client.name}`,
    body: framed,
    isWide: true,
    place: { path: visit.path, parameters: [["id", client.id]] },
    ...more,
  });
}

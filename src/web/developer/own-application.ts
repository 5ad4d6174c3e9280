import { html } from "../kit/html.ts";
import type { Client } from "../../domain/model.ts";
import { applicationTitle } from "../oauth/consent.ts";
import type { PageContent } from "../kit/layout.ts";
import { render } from "../kit/layout.ts";
import { tabs } from "../kit/navigation.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { type ApplicationPage, developerMessages } from "./messages.ts";
import { namedId, type Page, type PageContext } from "../request/page-context.ts";

/** The paths of the tabs. */
export const APPLICATION_PATHS: Readonly<Record<ApplicationPage, string>> = {
  overview: "/developer/application",
  settings: "/developer/application/settings",
  advanced: "/developer/application/advanced",
  snippets: "/developer/application/snippets",
  button: "/developer/application/button",
};
const PAGES = Object.keys(APPLICATION_PATHS) as ApplicationPage[];

/** Returns the path of a page about an application. */
export const about = (path: string, id: string): string => `${path}?${new URLSearchParams({ id })}`;

/** Returns the path of one of the application's tabs. */
export const applicationPath = (page: ApplicationPage, id: string): string =>
  about(APPLICATION_PATHS[page], id);

/**
 * Restricts a page to the owner of the application. For other users the application does not exist.
 */
export const ofOwn =
  (
    { clients }: WebDependencies,
    page: (context: PageContext, client: Client) => Promise<Response> | Response,
  ): Page =>
  async (context) =>
    page(context, await clients.get(context.requestContext, namedId(context)));

/** Renders a page about an application, below its name and its tabs. */
export function renderOwn(
  context: PageContext,
  client: Client,
  { title, body, ...more }: PageContent,
): Promise<Response> {
  const messages = developerMessages[context.language];
  const pages = PAGES.map((page) => ({
    path: applicationPath(page, client.id),
    name: messages.pages[page],
  }));
  const framed = html`${tabs(
    context,
    messages.pagesOf(client.name),
    [{ path: "/developer", name: `← ${messages.back}` }, ...pages],
    about(context.path, client.id),
  )}
  ${applicationTitle(context, client, client.name)} ${body}`;
  return render(context, {
    title: `${title} · ${client.name}`,
    body: framed,
    width: "wide",
    place: { path: context.path, parameters: [["id", client.id]] },
    ...more,
  });
}

import { html, type Html } from "../kit/html.ts";
import { notice } from "../kit/form.ts";
import type { PageContent } from "../kit/layout.ts";
import { render } from "../kit/layout.ts";
import { tabs } from "../kit/navigation.ts";
import { invitationsMessages } from "./communities/invitations-messages.ts";
import { accountMessages } from "./messages.ts";
import type { PageContext } from "../request/page-context.ts";
import { noticeOf, queryValue } from "../request/page-context.ts";

/** The number of list items on one page. */
const PAGE_SIZE = 20;

interface AccountContent extends PageContent {
  /** The tab to highlight; by default that of the page's own path. */
  readonly tab?: string;
  /** The messages that a `notice` parameter can select. */
  readonly notices?: Readonly<Record<string, string>>;
}

/** Returns how many invitations wait for the user, as pages show it; empty if there is none. */
export async function invitationCount({ countInvitations }: PageContext): Promise<string> {
  const count = (await countInvitations?.()) ?? 0;
  return count === 0 ? "" : count > 9 ? "9+" : String(count);
}

/** Renders a page of the account below its tabs. */
export async function accountPage(
  context: PageContext,
  { title, body, tab = context.path, notices = {}, ...content }: AccountContent,
): Promise<Response> {
  const messages = accountMessages[context.language];
  const { profile, sessions, apps, communities } = messages.tabs;
  const count = await invitationCount(context);
  const badge =
    count === ""
      ? ""
      : html` <span class="badge"
          >${count}<span class="hidden"> ${invitationsMessages[context.language].count}</span></span
        >`;
  const pages = [
    { path: "/account", name: profile },
    { path: "/account/sessions", name: sessions },
    { path: "/account/apps", name: apps },
    { path: "/account/communities", name: html`${communities}${badge}` },
  ];
  const message = noticeOf(context, notices);
  return render(context, {
    ...content,
    title,
    width: "wide",
    body: html`${tabs(context, messages.title, pages, tab)}
      <h1>${title}</h1>
      ${message === undefined ? "" : notice(message, "good")} ${body}`,
  });
}

/**
 * Renders the link to the next page of a list; empty on the last page. `name` is the parameter with
 * the place in the list.
 */
export function nextPage(
  { path, language }: PageContext,
  token: string,
  parameters: Readonly<Record<string, string>> = {},
  name = "page",
): Html {
  return token === ""
    ? html``
    : html`<p class="below">
        <a href="${path}?${new URLSearchParams({ ...parameters, [name]: token })}"
          >${accountMessages[language].next}</a
        >
      </p>`;
}

/** Returns the page of the list that the request asks for. */
export const pageRequest = (
  context: PageContext,
  name = "page",
): { pageSize: number; pageToken: string } => ({
  pageSize: PAGE_SIZE,
  pageToken: queryValue(context, name),
});

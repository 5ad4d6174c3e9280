// What the pages of an account have in common. It owns their tabs and what is said after an act,
// and must not know what they do.
import { html } from "../kit/html.ts";
import { notice } from "../kit/form.ts";
import type { PageContent, Html } from "../kit/layout.ts";
import { render } from "../kit/layout.ts";
import { tabs } from "../kit/navigation.ts";
import { accountMessages } from "./messages.ts";
import type { PageContext } from "../request/page-context.ts";
import { noticeOf, queryValue } from "../request/page-context.ts";

/** So many of a list are shown at once. */
const PAGE_SIZE = 20;

interface AccountContent extends PageContent {
  /** The tab that the page belongs to; its own when not said. */
  readonly tab?: string;
  /** What another page may have it say. */
  readonly notices?: Readonly<Record<string, string>>;
}

/** A page of the account, under its tabs. */
export function accountPage(
  context: PageContext,
  { title, body, tab = context.path, notices = {}, ...content }: AccountContent,
): Promise<Response> {
  const messages = accountMessages[context.language];
  const { profile, sessions, apps, communities } = messages.tabs;
  const pages = [
    { path: "/account", name: profile },
    { path: "/account/sessions", name: sessions },
    { path: "/account/apps", name: apps },
    { path: "/account/communities", name: communities },
  ];
  const message = noticeOf(context, notices);
  return render(context, {
    ...content,
    title,
    isWide: true,
    body: html`${tabs(context, messages.title, pages, tab)}
      <h1>${title}</h1>
      ${message === undefined ? "" : notice(message, "good")} ${body}`,
  });
}

/** The way to the next part of a list; nothing at its end. */
export function nextPage(
  { path, language }: PageContext,
  token: string,
  parameters: Readonly<Record<string, string>> = {},
): Html {
  return token === ""
    ? html``
    : html`<p class="below">
        <a href="${path}?${new URLSearchParams({ ...parameters, page: token })}"
          >${accountMessages[language].next}</a
        >
      </p>`;
}

/** Which part of a list is asked for. */
export const pageRequest = (context: PageContext): { pageSize: number; pageToken: string } => ({
  pageSize: PAGE_SIZE,
  pageToken: queryValue(context, "page"),
});

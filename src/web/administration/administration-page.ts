// What the pages of administration have in common. It owns who may see them, their tabs, and how
// one speaks of users and applications; it must not know what they do.
import { html } from "../kit/html.ts";
import { isAdministrator } from "../../domain/administration/administrators.ts";
import type { SeenUser } from "../../domain/administration/admin-queries.ts";
import { errorPage } from "../kit/error-page.ts";
import { notice } from "../kit/form.ts";
import { forUsers, type UserPage } from "../request/guards.ts";
import type { PageContent, Html } from "../kit/layout.ts";
import { render } from "../kit/layout.ts";
import { tabs } from "../kit/navigation.ts";
import { administrationMessages } from "./messages.ts";
import type { Page, PageContext } from "../request/page-context.ts";
import { noticeOf } from "../request/page-context.ts";

/** The page only for administrators; for everybody else who is signed in there is nothing here. */
export const forAdministrators = (page: UserPage): Page =>
  forUsers((context, signedIn) =>
    isAdministrator(context.requestContext.caller)
      ? page(context, signedIn)
      : errorPage(context, "not-found"),
  );

/** The pages that have a tab. */
export const PATHS = {
  users: "/administration",
  applications: "/administration/applications",
  audit: "/administration/audit",
} as const;

/** Where one user or one application is. */
export const userPath = (id: string): string =>
  `/administration/user?${new URLSearchParams({ id })}`;
export const administeredApplicationPath = (id: string): string =>
  `/administration/application?${new URLSearchParams({ id })}`;

/** The events of the trail that have these facts. */
export const auditPath = (facts: Readonly<Record<string, string>>): string =>
  `${PATHS.audit}?${new URLSearchParams(facts)}`;

interface AdministrationContent extends PageContent {
  readonly tab: keyof typeof PATHS;
  /** What another page may have it say, as good news and as bad. */
  readonly notices?: Readonly<Record<string, string>>;
  readonly problems?: Readonly<Record<string, string>>;
}

/** A page of administration, under its tabs. */
export function administrationPage(
  context: PageContext,
  { body, tab, notices = {}, problems = {}, ...content }: AdministrationContent,
): Promise<Response> {
  const messages = administrationMessages[context.language];
  const told = (list: Readonly<Record<string, string>>, kind: "good" | "bad"): Html | string => {
    const message = noticeOf(context, list);
    return message === undefined ? "" : notice(message, kind);
  };
  const pages = (["users", "applications", "audit"] as const).map((name) => ({
    path: PATHS[name],
    name: messages.tabs[name],
  }));
  return render(context, {
    ...content,
    isWide: true,
    body: html`${tabs(context, messages.title, pages, PATHS[tab])}
    ${told(notices, "good")}${told(problems, "bad")} ${body}`,
  });
}

/** The way to the next part of a list, with all else as it is; nothing at its end. */
export function more({ path, query, language }: PageContext, token: string, name = "page"): Html {
  const kept = query.filter(([key]) => key !== name && key !== "notice");
  return token === ""
    ? html``
    : html`<p class="small">
        <a
          href="${path}?${new URLSearchParams([...kept.map(([key, value]) => [key, value]), [name, token]])}"
          >${administrationMessages[language].next}</a
        >
      </p>`;
}

/** What a user is, besides active. */
export function badges({ language }: PageContext, { user, state }: SeenUser): Html {
  const messages = administrationMessages[language];
  return html`${state === "active" ? "" : html` <span class="badge bad">${messages.states[state]}</span>`}${user.administrator ? html` <span class="badge">${messages.administrator}</span>` : ""}${user.developer ? html` <span class="badge">${messages.developer}</span>` : ""}`;
}

import { html, type Html } from "../kit/html.ts";
import { isAdministrator } from "../../domain/administration/administrators.ts";
import type { SeenUser } from "../../domain/administration/user-directory.ts";
import { errorPage } from "../kit/error-page.ts";
import { notice } from "../kit/form.ts";
import { forUsers, type UserPage } from "../request/guards.ts";
import type { PageContent } from "../kit/layout.ts";
import { render } from "../kit/layout.ts";
import { tabs } from "../kit/navigation.ts";
import { administrationMessages } from "./messages.ts";
import type { Page, PageContext } from "../request/page-context.ts";
import { noticeOf } from "../request/page-context.ts";

/** Restricts a page to administrators. For other users the page does not exist. */
export const forAdministrators = (page: UserPage): Page =>
  forUsers((context, signedIn) =>
    isAdministrator(context.requestContext.caller)
      ? page(context, signedIn)
      : errorPage(context, "not-found"),
  );

/** The paths of the pages that have a tab. */
export const PATHS = {
  overview: "/administration",
  users: "/administration/users",
  applications: "/administration/applications",
  resources: "/administration/resources",
  audit: "/administration/audit",
  appearance: "/administration/appearance",
  predecessors: "/administration/predecessors",
} as const;

/** Returns the path of the page of a user or an application. */
export const userPath = (id: string): string =>
  `/administration/user?${new URLSearchParams({ id })}`;
export const administeredApplicationPath = (id: string): string =>
  `/administration/application?${new URLSearchParams({ id })}`;

/** Returns the path of the audit log, filtered by these facts. */
export const auditPath = (facts: Readonly<Record<string, string>>): string =>
  `${PATHS.audit}?${new URLSearchParams(facts)}`;

interface AdministrationContent extends PageContent {
  readonly tab: keyof typeof PATHS;
  /** The messages that a `notice` parameter can select: for success, and for failure. */
  readonly notices?: Readonly<Record<string, string>>;
  readonly problems?: Readonly<Record<string, string>>;
}

/** Renders a page of the administration below its tabs. */
export async function administrationPage(
  context: PageContext,
  { body, tab, notices = {}, problems = {}, ...content }: AdministrationContent,
): Promise<Response> {
  const messages = administrationMessages[context.language];
  const shown = (list: Readonly<Record<string, string>>, kind: "good" | "bad"): Html | string => {
    const message = noticeOf(context, list);
    return message === undefined ? "" : notice(message, kind);
  };
  const names: readonly (keyof typeof PATHS)[] = [
    "overview",
    "users",
    "applications",
    "resources",
    "audit",
    "appearance",
    ...((await context.hasTakeOver?.()) === true ? (["predecessors"] as const) : []),
  ];
  const pages = names.map((name) => ({ path: PATHS[name], name: messages.tabs[name] }));
  return render(context, {
    ...content,
    width: "full",
    body: html`${tabs(context, messages.title, pages, PATHS[tab])}
    ${shown(notices, "good")}${shown(problems, "bad")} ${body}`,
  });
}

/** Renders the link to the next page of a list; all other parameters stay the same. */
export function more({ path, query, language }: PageContext, token: string, name = "page"): Html {
  const kept = query.filter(([key]) => key !== name && key !== "notice");
  return token === ""
    ? html``
    : html`<p class="small">
        <a
          href="${path}?${new URLSearchParams([
            ...kept.map(([key, value]) => [key, value]),
            [name, token],
          ])}"
          >${administrationMessages[language].next}</a
        >
      </p>`;
}

/** Renders the state and the roles of a user. */
export function badges({ language }: PageContext, { user, state }: SeenUser): Html {
  const messages = administrationMessages[language];
  return html`${
    state === "active" ? "" : html` <span class="badge bad">${messages.states[state]}</span>`
  }${user.administrator ? html` <span class="badge">${messages.administrator}</span>` : ""}${
    user.developer ? html` <span class="badge">${messages.developer}</span>` : ""
  }`;
}

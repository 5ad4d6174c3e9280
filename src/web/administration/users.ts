import { html } from "../kit/html.ts";
import type { SeenUser, UserKey } from "../../domain/administration/admin-queries.ts";
import { DEFAULT_REALM } from "../../domain/accounts/new-user.ts";
import { button, field, select } from "../kit/form.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { administrationMessages } from "./messages.ts";
import { day } from "../kit/times.ts";
import { shownName } from "../kit/user-name.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { queryValue } from "../request/page-context.ts";
import {
  administrationPage,
  badges,
  forAdministrators,
  more,
  PATHS,
  userPath,
} from "./administration-page.ts";
import { originBadge } from "./origins/origin.ts";

const KEYS: readonly UserKey[] = ["emailKey", "username", "accId", "id"];

export const usersRoutes = ({ adminQueries }: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: PATHS.users,
    page: forAdministrators(async (context) => {
      const messages = administrationMessages[context.language];
      const by = KEYS.find((key) => key === queryValue(context, "by")) ?? "emailKey";
      const text = queryValue(context, "text").trim();
      const realm = queryValue(context, "realm").trim() || DEFAULT_REALM;
      const { items, nextPageToken } = await adminQueries.findUsers(context.requestContext, {
        realm,
        by,
        text,
        pageToken: queryValue(context, "page"),
      });
      const body = html`<h1>${messages.tabs.users}</h1>
        <form method="get" action="${PATHS.users}" class="find" role="search">
          ${select({
            name: "by",
            label: messages.by,
            value: by,
            options: KEYS.map((key) => [key, messages.keys[key]]),
          })}
          ${field({
            name: "text",
            label: messages.text,
            type: "text",
            autocomplete: "off",
            value: text,
            isOptional: true,
          })}
          ${field({
            name: "realm",
            label: messages.realm,
            type: "text",
            autocomplete: "off",
            value: realm,
          })}
          ${button(messages.find)}
        </form>
        ${
          items.length === 0
            ? html`<p class="quiet below">${messages.none}</p>`
            : html`<ul class="rows">
                ${items.map((found) => row(context, found))}
              </ul>`
        }
        ${more(context, nextPageToken)}`;
      return administrationPage(context, { title: messages.tabs.users, tab: "users", body });
    }),
  },
];

function row(context: PageContext, found: SeenUser) {
  const { user } = found;
  return html`<li>
    <div>
      <a href="${userPath(user.id)}"
        ><strong><bdi>${shownName(user)}</bdi></strong></a
      >${badges(context, found)}${originBadge(context, found.origin)}
      <p class="quiet small">
        <bdi>${user.email}</bdi>${user.accId === "" ? "" : html` · AccID <bdi>${user.accId}</bdi>`}
      </p>
    </div>
    <p class="quiet small">
      ${administrationMessages[context.language].created} ${day(context.language, user.createdAt)}
    </p>
  </li>`;
}

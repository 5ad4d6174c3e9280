// The list of users. It owns how they are looked for and must not know what is done to one.
import { html } from "../kit/html.ts";
import type { SeenUser, UserKey } from "../../domain/administration/admin-queries.ts";
import { DEFAULT_REALM } from "../../domain/accounts/users.ts";
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

const KEYS: readonly UserKey[] = ["emailKey", "username", "accId", "id"];

export const usersRoutes = ({ directory }: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: PATHS.users,
    page: forAdministrators(async (visit) => {
      const texts = administrationMessages[visit.language];
      const by = KEYS.find((key) => key === queryValue(visit, "by")) ?? "emailKey";
      const text = queryValue(visit, "text").trim();
      const realm = queryValue(visit, "realm").trim() || DEFAULT_REALM;
      const { items, nextPageToken } = await directory.findUsers(
        visit.context,
        realm,
        by,
        text,
        queryValue(visit, "page"),
      );
      const body = html`<h1>${texts.tabs.users}</h1>
        <form method="get" action="${PATHS.users}" class="find" role="search">
          ${select({ name: "by", label: texts.by, value: by, options: KEYS.map((key) => [key, texts.keys[key]]) })}
          ${field({ name: "text", label: texts.text, type: "text", autocomplete: "off", value: text, isOptional: true })}
          ${field({ name: "realm", label: texts.realm, type: "text", autocomplete: "off", value: realm })}
          ${button(texts.find)}
        </form>
        ${
          items.length === 0
            ? html`<p class="quiet below">${texts.none}</p>`
            : html`<ul class="rows">
                ${items.map((found) => row(visit, found))}
              </ul>`
        }
        ${more(visit, nextPageToken)}`;
      return administrationPage(visit, { title: texts.tabs.users, tab: "users", body });
    }),
  },
];

function row(visit: PageContext, found: SeenUser) {
  const { user } = found;
  return html`<li>
    <div>
      <a href="${userPath(user.id)}"
        ><strong><bdi>${shownName(user)}</bdi></strong></a
      >${badges(visit, found)}
      <p class="quiet small">
        <bdi>${user.email}</bdi>${user.accId === "" ? "" : html` · AccID <bdi>${user.accId}</bdi>`}
      </p>
    </div>
    <p class="quiet small">
      ${administrationMessages[visit.language].created} ${day(visit.language, user.createdAt)}
    </p>
  </li>`;
}

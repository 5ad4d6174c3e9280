// The communities of the user. It owns the list and the creation of one, and must not know what
// happens inside.
import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import { isLongerThan, MAX_NAME } from "../../domain/accounts/identifiers.ts";
import { button, field, form, lengthComplaint } from "../kit/form.ts";
import { forUsers, type UserPage } from "../request/guards.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { communitiesMessages } from "./communities-messages.ts";
import { day } from "../kit/times.ts";
import type { Route } from "../request/page-context.ts";
import { fieldValue, seeOther, shownValue } from "../request/page-context.ts";
import { accountPage, nextPage, pageRequest } from "./account-page.ts";

export function communitiesRoutes({ communities, groups }: WebDependencies): readonly Route[] {
  const page =
    (wrong?: string): UserPage =>
    async (visit) => {
      const texts = communitiesMessages[visit.language];
      const { items, nextPageToken } = await communities.list(visit.context, pageRequest(visit));
      const rows = items.map(
        ({ group, role }) =>
          html`<li>
            <div>
              <a href="/account/community?id=${group.id.toString()}"
                ><strong><bdi>${group.name}</bdi></strong></a
              >
              <span class="badge">${texts.roles[role]}</span>
              <p class="quiet small">${texts.created} ${day(visit.language, group.createdAt)}</p>
            </div>
          </li>`,
      );
      const create = html`${field({ name: "name", label: texts.name, type: "text", autocomplete: "off", maxLength: MAX_NAME, value: shownValue(visit, "name"), error: wrong })}${button(texts.create, { isSecond: true })}`;
      const body = html`<p class="quiet">${items.length === 0 ? texts.none : texts.what}</p>
        <ul class="rows">
          ${rows}
        </ul>
        ${nextPage(visit, nextPageToken)}
        <h2>${texts.new}</h2>
        ${form(visit, "/account/communities", {}, create, "stack short")}`;
      return accountPage(visit, {
        title: texts.title,
        body,
        messages: texts.messages,
        status: wrong === undefined ? 200 : 422,
      });
    };
  return [
    { method: "GET", path: "/account/communities", page: forUsers(page()) },
    {
      method: "POST",
      path: "/account/communities",
      page: forUsers(async (visit, signedIn) => {
        try {
          const name = fieldValue(visit, "name").trim();
          if (isLongerThan(name, MAX_NAME))
            throw new IdentityError("FIELD_INVALID", "The name is too long.");
          const group = await groups.create(visit.context, name, 0n, signedIn.user.id);
          return seeOther(`/account/community?id=${group.id}&notice=created`);
        } catch (error) {
          if (!(error instanceof IdentityError) || error.reason !== "FIELD_INVALID") throw error;
          return page(
            lengthComplaint(visit, error, "name")?.text ??
              communitiesMessages[visit.language].nameInvalid,
          )(visit, signedIn);
        }
      }),
    },
  ];
}

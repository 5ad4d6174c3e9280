// The communities of the user. It owns the list and the creation of one, and must not know what
// happens inside.
import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import { isLongerThan } from "../../domain/text.ts";
import { MAX_NAME } from "../../domain/accounts/usernames.ts";
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
    async (context) => {
      const messages = communitiesMessages[context.language];
      const { items, nextPageToken } = await communities.list(
        context.requestContext,
        pageRequest(context),
      );
      const rows = items.map(
        ({ group, role }) =>
          html`<li>
            <div>
              <a href="/account/community?id=${group.id.toString()}"
                ><strong><bdi>${group.name}</bdi></strong></a
              >
              <span class="badge">${messages.roles[role]}</span>
              <p class="quiet small">
                ${messages.created} ${day(context.language, group.createdAt)}
              </p>
            </div>
          </li>`,
      );
      const create = html`${field({ name: "name", label: messages.name, type: "text", autocomplete: "off", maxLength: MAX_NAME, value: shownValue(context, "name"), error: wrong })}${button(messages.create, { isSecond: true })}`;
      const body = html`<p class="quiet">${items.length === 0 ? messages.none : messages.what}</p>
        <ul class="rows">
          ${rows}
        </ul>
        ${nextPage(context, nextPageToken)}
        <h2>${messages.new}</h2>
        ${form(context, "/account/communities", {}, create, "stack short")}`;
      return accountPage(context, {
        title: messages.title,
        body,
        notices: messages.notices,
        status: wrong === undefined ? 200 : 422,
      });
    };
  return [
    { method: "GET", path: "/account/communities", page: forUsers(page()) },
    {
      method: "POST",
      path: "/account/communities",
      page: forUsers(async (context, signedIn) => {
        try {
          const name = fieldValue(context, "name").trim();
          if (isLongerThan(name, MAX_NAME))
            throw new IdentityError("FIELD_INVALID", "The name is too long.");
          const group = await groups.create(context.requestContext, name, 0n, signedIn.user.id);
          return seeOther(`/account/community?id=${group.id}&notice=created`);
        } catch (error) {
          if (!(error instanceof IdentityError) || error.reason !== "FIELD_INVALID") throw error;
          return page(
            lengthComplaint(context, error, "name")?.text ??
              communitiesMessages[context.language].nameInvalid,
          )(context, signedIn);
        }
      }),
    },
  ];
}

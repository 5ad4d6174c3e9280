// The first page of the account: who one is here. It owns the page and the change of the name, and
// must not know the other pages but by their addresses.
import { html } from "../kit/html.ts";
import type { User } from "../../domain/model.ts";
import { checkChosenUsername } from "../../domain/accounts/identifiers.ts";
import { button, field, form, lengthComplaint } from "../kit/form.ts";
import { forUsers } from "../request/guards.ts";
import type { Html } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { nameComplaint } from "../sign-in/sign-up.ts";
import { accountMessages } from "./messages.ts";
import { signUpMessages } from "../sign-in/sign-up-messages.ts";
import { day } from "../kit/times.ts";
import { shownName } from "../kit/user-name.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, seeOther, shownValue } from "../request/page-context.ts";
import { accountPage } from "./account-page.ts";

function profilePage(
  visit: PageContext,
  user: User,
  { name = user.username, wrong }: { name?: string; wrong?: string } = {},
): Promise<Response> {
  const texts = accountMessages[visit.language];
  const row = (term: string, content: Html, change?: string) =>
    html`<li>
      <div>
        <span class="quiet small">${term}</span>
        <p>${content}</p>
      </div>
      ${change === undefined ? "" : html`<a class="button second small" href="${change}" aria-label="${texts.change}: ${term}">${texts.change}</a>`}
    </li>`;
  const rename = form(
    visit,
    "/account",
    {},
    html`${field({ name: "username", label: texts.name, type: "text", autocomplete: "nickname", value: name, hint: signUpMessages[visit.language].nameHint, error: wrong })}${button(texts.rename, { isSecond: true })}`,
    "stack short",
  );
  const body = html`<ul class="rows">
      ${row(texts.email, html`<bdi>${user.email}</bdi>`, "/account/email")}
      ${row(texts.password, html`<span aria-hidden="true">••••••••</span>`, "/account/password")}
      ${row(texts.since, day(visit.language, user.createdAt))}
      ${row(texts.id, html`<code>${user.id}</code>`)}
    </ul>
    <h2>${texts.naming}</h2>
    ${rename}
    <p class="below"><a class="bad" href="/account/delete">${texts.delete}</a></p>`;
  return accountPage(visit, {
    title: shownName(user),
    body,
    status: wrong === undefined ? 200 : 422,
    messages: texts.messages,
  });
}

export const profileRoutes = ({ users }: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: "/account",
    page: forUsers((visit, { user }) => profilePage(visit, user)),
  },
  {
    method: "POST",
    path: "/account",
    page: forUsers(async (visit, { user }) => {
      const name = shownValue(visit, "username");
      try {
        await users.update(visit.context, user.id, {
          username: checkChosenUsername(fieldValue(visit, "username")),
        });
      } catch (error) {
        const wrong =
          lengthComplaint(visit, error, "username")?.text ?? nameComplaint(visit, error);
        if (wrong === undefined) throw error;
        return profilePage(visit, user, { name, wrong });
      }
      return seeOther("/account?notice=renamed");
    }),
  },
];

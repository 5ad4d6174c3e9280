import { html, type Html } from "../kit/html.ts";
import type { User } from "../../domain/model.ts";
import { checkChosenUsername } from "../../domain/accounts/usernames.ts";
import { button, field, form } from "../kit/form.ts";
import { forUsers } from "../request/guards.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { complaint, newUsername } from "../sign-in/complaints.ts";
import { accountMessages } from "./messages.ts";
import { signUpMessages } from "../sign-in/sign-up-messages.ts";
import { day } from "../kit/times.ts";
import { shownName } from "../kit/user-name.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, seeOther, shownValue } from "../request/page-context.ts";
import { attributeMessages } from "./attributes/attribute-messages.ts";
import { DETAILS_PATH } from "./attributes/details.ts";
import { accountPage, invitationCount } from "./account-page.ts";
import { invitationsMessages } from "./communities/invitations-messages.ts";

/** Shows the name of the person, or else that there is more or nothing. */
function shownDetails({ profile = {} }: User, none: string): Html {
  const { name, givenName, familyName } = profile;
  const shown = name ?? [givenName, familyName].filter((each) => each !== undefined).join(" ");
  if (shown !== "") return html`<bdi>${shown}</bdi>`;
  return Object.keys(profile).length === 0 ? html`${none}` : html`…`;
}

async function profilePage(
  context: PageContext,
  user: User,
  { name = user.username, wrong }: { name?: string; wrong?: string } = {},
): Promise<Response> {
  const messages = accountMessages[context.language];
  const details = attributeMessages[context.language];
  const row = (term: string, content: Html, change?: string) =>
    html`<li>
      <div>
        <span class="quiet small">${term}</span>
        <p>${content}</p>
      </div>
      ${
        change === undefined
          ? ""
          : html`<a
              class="button second small"
              href="${change}"
              aria-label="${messages.change}: ${term}"
              >${messages.change}</a
            >`
      }
    </li>`;
  const rename = form(
    context,
    { action: "/account", className: "stack short" },
    html`${field({
      name: "username",
      label: messages.name,
      type: "text",
      autocomplete: "nickname",
      value: name,
      hint: signUpMessages[context.language].nameHint,
      error: wrong,
    })}${button(messages.rename, { isSecond: true })}`,
  );
  const count = await invitationCount(context);
  const invited = invitationsMessages[context.language];
  const waiting =
    count === ""
      ? ""
      : html`<p class="notice plain">
          ${invited.waiting(count)} <a href="/account/communities">${invited.see}</a>
        </p>`;
  const body = html`${waiting}
    <ul class="rows">
      ${row(messages.email, html`<bdi>${user.email}</bdi>`, "/account/email")}
      ${row(details.title, shownDetails(user, details.none), DETAILS_PATH)}
      ${row(messages.password, html`<span aria-hidden="true">••••••••</span>`, "/account/password")}
      ${row(messages.since, day(context.language, user.createdAt))}
      ${row(messages.id, html`<code>${user.id}</code>`)}
    </ul>
    <h2>${messages.naming}</h2>
    ${rename}
    <p class="below"><a class="bad" href="/account/delete">${messages.delete}</a></p>`;
  return accountPage(context, {
    title: shownName(user),
    body,
    status: wrong === undefined ? 200 : 422,
    notices: messages.notices,
  });
}

export const profileRoutes = ({ users }: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: "/account",
    page: forUsers((context, { user }) => profilePage(context, user)),
  },
  {
    method: "POST",
    path: "/account",
    page: forUsers(async (context, { user }) => {
      const name = shownValue(context, "username");
      try {
        await users.update(context.requestContext, user.id, {
          username: checkChosenUsername(fieldValue(context, "username")),
        });
      } catch (error) {
        const wrong = complaint(context, error, { username: newUsername })?.text;
        if (wrong === undefined) throw error;
        return profilePage(context, user, { name, wrong });
      }
      return seeOther("/account?notice=renamed");
    }),
  },
];

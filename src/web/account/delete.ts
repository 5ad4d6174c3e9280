import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { User } from "../../domain/model.ts";
import type { BrowserSessions } from "../request/browser-sessions.ts";
import { button, field, form, lengthComplaint, notice, usernameHint } from "../kit/form.ts";
import { forUsers } from "../request/guards.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { confirmMessages } from "../sign-in/confirm-messages.ts";
import { restoreMessages } from "../sign-in/restore-messages.ts";
import { dayText } from "../kit/times.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, seeOther } from "../request/page-context.ts";
import { isWrongPassword } from "../sign-in/complaints.ts";
import { accountPage } from "./account-page.ts";

export function deleteRoutes(
  { accountDeletion }: WebDependencies,
  browsers: BrowserSessions,
): readonly Route[] {
  const deletePage = (
    context: PageContext,
    user: User,
    status = 200,
    wrong?: string,
  ): Promise<Response> => {
    const messages = restoreMessages[context.language];
    const password = field({
      name: "password",
      label: confirmMessages[context.language].password,
      type: "password",
      autocomplete: "current-password",
      error: wrong,
      autofocus: status === 422,
    });
    const fields = html`${usernameHint(user)} ${password}
    ${button(messages.delete, { isSecond: true, isDangerous: true })}`;
    const body = html`<ul class="plain">
        ${messages
          .consequences(dayText(context.language, accountDeletion.restorableUntil()))
          .map((each) => html`<li>${each}</li>`)}
      </ul>
      ${
        user.administrator
          ? notice(messages.administrator)
          : form(context, { action: "/account/delete", className: "stack short" }, fields)
      }
      <p class="below"><a href="/account">${messages.keep}</a></p>`;
    return accountPage(context, { title: messages.title, tab: "/account", body, status });
  };
  return [
    {
      method: "GET",
      path: "/account/delete",
      page: forUsers((context, { user }) => deletePage(context, user)),
    },
    {
      method: "POST",
      path: "/account/delete",
      hashesPassword: true,
      page: forUsers(async (context, { user }) => {
        try {
          await accountDeletion.deleteOwn(context.requestContext, fieldValue(context, "password"));
        } catch (error) {
          if (!(error instanceof IdentityError)) throw error;
          // The page tells administrators why they can't delete the account.
          if (error.reason === "USER_STATE_CONFLICT") return deletePage(context, user, 409);
          const wrong = isWrongPassword(error)
            ? confirmMessages[context.language].wrong
            : lengthComplaint(context, error, "password")?.text;
          if (wrong !== undefined) return deletePage(context, user, 422, wrong);
          throw error;
        }
        browsers.forget(context);
        return seeOther("/sign-in?notice=deleted");
      }),
    },
  ];
}

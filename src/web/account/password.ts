import { html } from "../kit/html.ts";
import type { User } from "../../domain/model.ts";
import { MIN_PASSWORD_CHARACTERS } from "../../domain/passwords/policy.ts";
import { BROWSER_API } from "../../domain/sessions/sessions.ts";
import type { BrowserSessions } from "../request/browser-sessions.ts";
import { button, field, form, usernameHint } from "../kit/form.ts";
import { forUsers } from "../request/guards.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import {
  complaint,
  currentPassword,
  type FieldComplaint,
  newPassword,
} from "../sign-in/complaints.ts";
import { passwordMessages } from "./password-messages.ts";
import { signUpMessages } from "../sign-in/sign-up-messages.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, seeOther } from "../request/page-context.ts";
import { accountPage } from "./account-page.ts";

type Wrong = FieldComplaint<"current_password" | "new_password">;

function passwordPage(context: PageContext, user: User, wrong?: Wrong): Promise<Response> {
  const messages = passwordMessages[context.language];
  const errorOf = (name: Wrong["field"]): string | undefined =>
    wrong?.field === name ? wrong.text : undefined;
  const fields = html`${usernameHint(user)}
  ${field({
    name: "current_password",
    label: messages.current,
    type: "password",
    autocomplete: "current-password",
    error: errorOf("current_password"),
    autofocus: wrong?.field !== "new_password",
  })}
  ${field({
    name: "new_password",
    label: messages.next,
    type: "password",
    autocomplete: "new-password",
    hint: signUpMessages[context.language].passwordHint,
    minLength: MIN_PASSWORD_CHARACTERS,
    error: errorOf("new_password"),
    autofocus: wrong?.field === "new_password",
  })}
  ${button(messages.submit)}`;
  return accountPage(context, {
    title: messages.title,
    tab: "/account",
    body: html`<p class="quiet">${messages.what}</p>
      ${form(context, { action: "/account/password", className: "stack short" }, fields)}`,
    status: wrong === undefined ? 200 : 422,
  });
}

export const passwordRoutes = (
  { passwordChange, sessions }: WebDependencies,
  browsers: BrowserSessions,
): readonly Route[] => [
  {
    method: "GET",
    path: "/account/password",
    page: forUsers((context, { user }) => passwordPage(context, user)),
  },
  {
    method: "POST",
    path: "/account/password",
    hashesPassword: true,
    page: forUsers(async (context, { user }) => {
      try {
        const changed = await passwordChange.change(
          context.requestContext,
          user.id,
          fieldValue(context, "current_password"),
          fieldValue(context, "new_password"),
        );
        // A new session: a stolen copy of the old cookie no longer works.
        await browsers.begin(
          context,
          await sessions.open(context.requestContext, BROWSER_API, changed),
        );
      } catch (error) {
        const wrong = complaint(context, error, {
          current_password: currentPassword,
          new_password: newPassword,
        });
        if (wrong === undefined) throw error;
        return passwordPage(context, user, wrong);
      }
      return seeOther("/account?notice=password");
    }),
  },
];

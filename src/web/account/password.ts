// The change of the password. It owns the page and must not know how a password is kept.
import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { User } from "../../domain/model.ts";
import { MIN_PASSWORD_CHARACTERS } from "../../domain/passwords/policy.ts";
import { BROWSER_API } from "../../domain/sessions/sessions.ts";
import type { BrowserSessions } from "../request/browser-sessions.ts";
import { button, field, form, lengthComplaint, usernameHint } from "../kit/form.ts";
import { forUsers } from "../request/guards.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { passwordComplaint } from "../sign-in/sign-up.ts";
import { confirmMessages } from "../sign-in/confirm-messages.ts";
import { passwordMessages } from "./password-messages.ts";
import { signUpMessages } from "../sign-in/sign-up-messages.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, seeOther } from "../request/page-context.ts";
import { isWrongPassword } from "../kit/wrong-password.ts";
import { accountPage } from "./account-page.ts";

interface Wrong {
  readonly current?: string;
  readonly next?: string;
}

function passwordPage(context: PageContext, user: User, wrong?: Wrong): Promise<Response> {
  const messages = passwordMessages[context.language];
  const fields = html`${usernameHint(user)}
  ${field({ name: "current_password", label: messages.current, type: "password", autocomplete: "current-password", error: wrong?.current, autofocus: wrong?.next === undefined })}
  ${field({ name: "new_password", label: messages.next, type: "password", autocomplete: "new-password", hint: signUpMessages[context.language].passwordHint, minLength: MIN_PASSWORD_CHARACTERS, error: wrong?.next, autofocus: wrong?.next !== undefined })}
  ${button(messages.submit)}`;
  return accountPage(context, {
    title: messages.title,
    tab: "/account",
    body: html`<p class="quiet">${messages.what}</p>
      ${form(context, "/account/password", {}, fields, "stack short")}`,
    status: wrong === undefined ? 200 : 422,
  });
}

/** Which field is wrong, and why; undefined for what concerns more than this page. */
function complaint(context: PageContext, error: unknown): Wrong | undefined {
  if (!(error instanceof IdentityError)) return undefined;
  const tooLong = lengthComplaint(context, error, "current_password", "new_password");
  if (tooLong !== undefined)
    return tooLong.field === "new_password" ? { next: tooLong.text } : { current: tooLong.text };
  if (isWrongPassword(error)) return { current: confirmMessages[context.language].wrong };
  const next = passwordComplaint(context, error);
  return next === undefined ? undefined : { next };
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
        // Whoever may have had a copy of the cookie has nothing with it any more.
        await browsers.begin(
          context,
          await sessions.open(context.requestContext, BROWSER_API, changed),
        );
      } catch (error) {
        const wrong = complaint(context, error);
        if (wrong === undefined) throw error;
        return passwordPage(context, user, wrong);
      }
      return seeOther("/account?notice=password");
    }),
  },
];

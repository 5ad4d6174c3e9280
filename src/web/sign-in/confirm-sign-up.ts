// The page that the link in a sign-up e-mail opens. Mail scanners follow links too, so only the
// password creates the account.
import { html } from "../kit/html.ts";
import type { IdentityError } from "../../domain/errors.ts";
import type { Language } from "../../domain/email/language.ts";
import type { PendingSignUp } from "../../domain/model.ts";
import { checkChosenUsername } from "../../domain/accounts/usernames.ts";
import { visibleName } from "../../domain/security/visible-text.ts";
import type { AuthorizationFlow } from "../../domain/oauth/authorization/flow.ts";
import { BROWSER_API } from "../../domain/sessions/sessions.ts";
import type { BrowserSessions } from "../request/browser-sessions.ts";
import { errorPage } from "../kit/error-page.ts";
import { button, field, form, usernameHint } from "../kit/form.ts";
import { render } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { aimOf } from "./aim.ts";
import { complaint, type FieldComplaint, isWrongPassword, newUsername } from "./complaints.ts";
import { signInMessages } from "./sign-in-messages.ts";
import { signUpMessages } from "./sign-up-messages.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, queryValue, seeOther, shownValue } from "../request/page-context.ts";

interface View {
  readonly token: string;
  readonly pending: PendingSignUp;
  /** A complaint about the name only when another user took the name in the meantime. */
  readonly wrong?: FieldComplaint<"username" | "password">;
}

/**
 * Renders the form with the password. `flow` returns where the authorization request ends, for the
 * `form-action` of the page.
 */
async function confirmPage(
  flow: AuthorizationFlow,
  original: PageContext,
  { token, pending: { email, username, request }, wrong }: View,
): Promise<Response> {
  const { aim, context } = await aimOf(flow, original, request);
  const messages = signUpMessages[context.language];
  const asksName = wrong?.field === "username" || context.fields.has("username");
  const name = field({
    name: "username",
    label: messages.name,
    type: "text",
    autocomplete: "nickname",
    hint: messages.nameHint,
    value: shownValue(context, "username") || username,
    error: wrong?.field === "username" ? wrong.text : undefined,
    autofocus: wrong?.field === "username",
  });
  const fields = html`${usernameHint({ email })} ${asksName ? name : ""}
  ${field({
    name: "password",
    label: messages.password,
    type: "password",
    autocomplete: "current-password",
    error: wrong?.field === "password" ? wrong.text : undefined,
    autofocus: wrong?.field !== "username",
  })}
  ${button(messages.confirmSubmit)}`;
  const body = html`<h1>${messages.confirmTitle}</h1>
    <p class="quiet">${messages.confirm(email, visibleName(username))}</p>
    ${form(context, { action: "/confirm-sign-up", values: { token } }, fields)}
    <p class="below"><a href="/sign-up">${messages.forgotten}</a></p>`;
  const status = wrong === undefined ? 200 : wrong.field === "password" ? 401 : 422;
  return render(context, {
    title: messages.confirmTitle,
    body,
    status,
    destination: aim.destination,
    place: { path: "/confirm-sign-up", parameters: [["token", token]] },
  });
}

const deadLink = (context: PageContext): Promise<Response> =>
  errorPage(context, "dead-link", {
    more: html`<p class="below">
      <a class="button" href="/sign-in">${signInMessages[context.language].signIn}</a>
    </p>`,
  });

const wrongPassword = (language: Language, error: IdentityError): string | undefined =>
  isWrongPassword(error) ? signUpMessages[language].confirmWrong : undefined;

export function confirmSignUpRoutes(
  { flow, pendingSignUps, sessions }: WebDependencies,
  browsers: BrowserSessions,
): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/confirm-sign-up",
      page: async (context) => {
        const token = queryValue(context, "token");
        const found = await pendingSignUps.find(token);
        return found === undefined
          ? deadLink(context)
          : confirmPage(flow, context, { token, pending: found });
      },
    },
    {
      method: "POST",
      path: "/confirm-sign-up",
      hashesPassword: true,
      page: async (context) => {
        const token = fieldValue(context, "token");
        try {
          const asksName = context.fields.has("username") || context.tooLong.has("username");
          const username = asksName
            ? checkChosenUsername(fieldValue(context, "username"))
            : undefined;
          const confirmed = await pendingSignUps.confirm(
            context.requestContext,
            token,
            fieldValue(context, "password"),
            username,
          );
          if (confirmed === undefined) return deadLink(context);
          await browsers.begin(
            context,
            await sessions.open(context.requestContext, BROWSER_API, confirmed.user),
          );
          // Only if the authorization request has not expired.
          const { aim } = await aimOf(flow, context, confirmed.request);
          return seeOther(aim.request === "" ? "/" : `/continue?request=${aim.request}`);
        } catch (error) {
          const wrong = complaint(context, error, {
            username: newUsername,
            password: wrongPassword,
          });
          const found = wrong && (await pendingSignUps.find(token));
          if (wrong === undefined) throw error;
          return found === undefined
            ? deadLink(context)
            : confirmPage(flow, context, { token, pending: found, wrong });
        }
      },
    },
  ];
}

// The page that the link in a new user's letter leads to. It owns the last step of a registration,
// and must not know what makes an account of it. Programs that look at the links in letters only
// look: the password makes the account.
import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { PendingSignUp } from "../../domain/model.ts";
import { checkChosenUsername } from "../../domain/accounts/usernames.ts";
import { visibleName } from "../../domain/security/visible-text.ts";
import type { AuthorizationFlow } from "../../domain/oauth/authorization/flow.ts";
import { BROWSER_API } from "../../domain/sessions/sessions.ts";
import type { BrowserSessions } from "../request/browser-sessions.ts";
import { errorPage } from "../kit/error-page.ts";
import { button, field, form, lengthComplaint, usernameHint } from "../kit/form.ts";
import { render } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { aimOf } from "./sign-in.ts";
import { nameComplaint } from "./sign-up.ts";
import { signInMessages } from "./sign-in-messages.ts";
import { signUpMessages } from "./sign-up-messages.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, queryValue, seeOther, shownValue } from "../request/page-context.ts";
import { isWrongPassword } from "../kit/wrong-password.ts";

/** What is wrong; a name only when another user has taken the one that was asked for. */
type Wrong = { readonly field: "password" | "username"; readonly text: string };

/**
 * `flow` says where the application's request that goes on afterwards ends, which the form must be
 * allowed to lead to.
 */
async function confirmPage(
  flow: AuthorizationFlow,
  visiting: PageContext,
  token: string,
  { email, username, request }: PendingSignUp,
  wrong?: Wrong,
): Promise<Response> {
  const { aim, context } = await aimOf(flow, visiting, request);
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
  ${field({ name: "password", label: messages.password, type: "password", autocomplete: "current-password", error: wrong?.field === "password" ? wrong.text : undefined, autofocus: wrong?.field !== "username" })}
  ${button(messages.confirmSubmit)}`;
  const body = html`<h1>${messages.confirmTitle}</h1>
    <p class="quiet">${messages.confirm(email, visibleName(username))}</p>
    ${form(context, "/confirm-sign-up", { token }, fields)}
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

/** What is wrong with a try; undefined for what concerns more than this page. */
function complaint(context: PageContext, error: unknown): Wrong | undefined {
  const name = nameComplaint(context, error);
  if (name !== undefined) return { field: "username", text: name };
  const tooLong = lengthComplaint(context, error, "username", "password");
  if (tooLong !== undefined) return tooLong;
  const isWrong = error instanceof IdentityError && isWrongPassword(error);
  return isWrong
    ? { field: "password", text: signUpMessages[context.language].confirmWrong }
    : undefined;
}

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
        return found === undefined ? deadLink(context) : confirmPage(flow, context, token, found);
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
          // Only where the application's request is not too old by now.
          const { aim } = await aimOf(flow, context, confirmed.request);
          return seeOther(aim.request === "" ? "/" : `/continue?request=${aim.request}`);
        } catch (error) {
          const wrong = complaint(context, error);
          const found = wrong && (await pendingSignUps.find(token));
          if (wrong === undefined) throw error;
          return found === undefined
            ? deadLink(context)
            : confirmPage(flow, context, token, found, wrong);
        }
      },
    },
  ];
}

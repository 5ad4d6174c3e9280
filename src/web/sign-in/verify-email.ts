import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { LiveEmailToken } from "../../domain/email/email-tokens.ts";
import { errorPage } from "../kit/error-page.ts";
import { button, field, form, lengthComplaint, usernameHint } from "../kit/form.ts";
import { render } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { confirmMessages } from "./confirm-messages.ts";
import { emailMessages } from "../account/email-messages.ts";
import { shownName } from "../kit/user-name.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, queryValue, seeOther } from "../request/page-context.ts";
import { isWrongPassword } from "./complaints.ts";

interface PasswordQuestion {
  readonly needsPassword: boolean;
  readonly wrong?: { readonly status: number; readonly text: string };
}

/**
 * Asks for a click, because mail scanners open the links in e-mails. It also asks for the password
 * unless the account's user is signed in.
 */
function confirmPage(
  context: PageContext,
  token: string,
  { link, user }: LiveEmailToken,
  { needsPassword, wrong }: PasswordQuestion,
): Promise<Response> {
  const messages =
    emailMessages[context.language].confirm[
      link.purpose === "change-email" ? "change-email" : "verify-email"
    ];
  const { password } = confirmMessages[context.language];
  const ask = html`<p class="quiet">${emailMessages[context.language].whose}</p>`;
  const fields = html`${usernameHint(user)}
  ${field({
    name: "password",
    label: password,
    type: "password",
    autocomplete: "current-password",
    autofocus: true,
    error: wrong?.text,
  })}
  ${button(messages.submit)}`;
  const body = html`<h1>${messages.title}</h1>
    <p class="quiet">${messages.what(link.email, shownName(user))}</p>
    ${needsPassword ? ask : ""}
    ${form(
      context,
      { action: "/verify-email", values: { token } },
      needsPassword ? fields : button(messages.submit),
    )}`;
  return render(context, {
    title: messages.title,
    body,
    status: wrong?.status ?? 200,
    place: { path: "/verify-email", parameters: [["token", token]] },
  });
}

function donePage(context: PageContext): Promise<Response> {
  const messages = emailMessages[context.language];
  return render(context, {
    title: messages.doneTitle,
    body: html`<h1>${messages.doneTitle}</h1>
      <p>${messages.done}</p>
      <div class="stack"><a class="button" href="/">${messages.goOn}</a></div>`,
  });
}

const deadLink = (context: PageContext): Promise<Response> =>
  errorPage(context, "dead-link", {
    more: html`<p class="below">
      <a class="button" href="/account/email">${emailMessages[context.language].title}</a>
    </p>`,
  });

export const verifyEmailRoutes = ({ emailVerification }: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: "/verify-email",
    page: async (context) => {
      if (queryValue(context, "notice") === "done") return donePage(context);
      const token = queryValue(context, "token");
      const found = await emailVerification.find(token);
      return found === undefined
        ? deadLink(context)
        : confirmPage(context, token, found, {
            needsPassword: !emailVerification.isByItsUser(context.requestContext, found),
          });
    },
  },
  {
    method: "POST",
    path: "/verify-email",
    hashesPassword: true,
    page: async (context) => {
      const token = fieldValue(context, "token");
      try {
        const done = await emailVerification.confirm(
          context.requestContext,
          token,
          fieldValue(context, "password"),
        );
        return done === undefined ? deadLink(context) : seeOther("/verify-email?notice=done");
      } catch (error) {
        const tooLong = lengthComplaint(context, error, "password");
        const isWrong = error instanceof IdentityError && isWrongPassword(error);
        if (tooLong === undefined && !isWrong) throw error;
        const found = await emailVerification.find(token);
        const wrong =
          tooLong === undefined
            ? { status: 401, text: confirmMessages[context.language].wrong }
            : { status: 422, text: tooLong.text };
        return found === undefined
          ? deadLink(context)
          : confirmPage(context, token, found, { needsPassword: true, wrong });
      }
    },
  },
];

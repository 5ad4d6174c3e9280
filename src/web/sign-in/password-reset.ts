// The way to a new password for whoever has forgotten the old one: asking for a letter, and
// following its link. It owns the pages and must not know who is registered: neither does their
// visitor learn it.
import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { ResetTarget } from "../../domain/accounts/password-reset.ts";
import { MIN_PASSWORD_CHARACTERS } from "../../domain/passwords/policy.ts";
import { errorPage } from "../kit/error-page.ts";
import { button, field, form, lengthComplaint, notice, usernameHint } from "../kit/form.ts";
import { render } from "../kit/layout.ts";
import { mailNote } from "../kit/mail-note.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { aimOf, withRequest } from "./sign-in.ts";
import { passwordComplaint } from "./sign-up.ts";
import { emailMessages } from "../account/email-messages.ts";
import { passwordResetMessages } from "./password-reset-messages.ts";
import { signUpMessages } from "./sign-up-messages.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, queryValue, seeOther, shownValue } from "../request/page-context.ts";

function askPage(
  context: PageContext,
  request: string,
  email = "",
  wrong?: string,
): Promise<Response> {
  const messages = passwordResetMessages[context.language];
  const fields = html`${field({ name: "email", label: signUpMessages[context.language].email, type: "email", autocomplete: "username", value: email, error: wrong, autofocus: true })}
  ${button(messages.send)}`;
  const body = html`<h1>${messages.askTitle}</h1>
    <p class="quiet">${messages.ask}</p>
    ${form(context, "/forgot-password", { request }, fields)}
    <p class="below"><a href="${withRequest("/sign-in", request)}">${messages.back}</a></p>`;
  return render(context, {
    title: messages.askTitle,
    body,
    status: wrong === undefined ? 200 : 422,
    place: { path: "/forgot-password", parameters: request === "" ? [] : [["request", request]] },
  });
}

function sentPage(
  context: PageContext,
  dependencies: WebDependencies,
  request: string,
): Promise<Response> {
  const messages = passwordResetMessages[context.language];
  const body = html`<h1>${messages.sentTitle}</h1>
    <p>${messages.sent}</p>
    ${mailNote(context, dependencies)}
    <p class="below quiet">
      ${messages.late} <a href="${withRequest("/forgot-password", request)}">${messages.again}</a>
    </p>`;
  return render(context, { title: messages.sentTitle, body });
}

function passwordPage(
  context: PageContext,
  token: string,
  { email, isFirst }: ResetTarget,
  wrong?: string,
): Promise<Response> {
  const messages = passwordResetMessages[context.language];
  const fields = html`${usernameHint({ email })}
  ${field({ name: "password", label: messages.password, type: "password", autocomplete: "new-password", hint: signUpMessages[context.language].passwordHint, error: wrong, minLength: MIN_PASSWORD_CHARACTERS, autofocus: true })}
  ${button(messages.submit)}`;
  const body = html`<h1>${messages.title}</h1>
    <p class="quiet">${messages.what(email)}</p>
    ${isFirst ? notice(messages.first) : ""} ${form(context, "/reset-password", { token }, fields)}`;
  return render(context, {
    title: messages.title,
    body,
    status: wrong === undefined ? 200 : 422,
    place: { path: "/reset-password", parameters: [["token", token]] },
  });
}

const deadLink = (context: PageContext): Promise<Response> =>
  errorPage(context, "dead-link", {
    more: html`<p class="below">
      <a class="button" href="/forgot-password"
        >${passwordResetMessages[context.language].askTitle}</a
      >
    </p>`,
  });

export function passwordResetRoutes(dependencies: WebDependencies): readonly Route[] {
  const { flow, passwordReset } = dependencies;
  return [
    {
      method: "GET",
      path: "/forgot-password",
      page: async (context) => {
        const { aim, context: shown } = await aimOf(flow, context, queryValue(context, "request"));
        return queryValue(context, "notice") === "sent"
          ? sentPage(shown, dependencies, aim.request)
          : askPage(shown, aim.request);
      },
    },
    {
      method: "POST",
      path: "/forgot-password",
      page: async (context) => {
        const { aim, context: shown } = await aimOf(flow, context, fieldValue(context, "request"));
        const email = shownValue(context, "email").trim();
        try {
          await passwordReset.request(
            shown.requestContext,
            aim.realm,
            fieldValue(context, "email").trim(),
          );
        } catch (error) {
          const tooLong = lengthComplaint(shown, error, "email");
          if (tooLong !== undefined) return askPage(shown, aim.request, email, tooLong.text);
          if (!(error instanceof IdentityError) || error.reason !== "EMAIL_INVALID") throw error;
          return askPage(shown, aim.request, email, emailMessages[shown.language].invalid);
        }
        return seeOther(withRequest("/forgot-password?notice=sent", aim.request));
      },
    },
    {
      method: "GET",
      path: "/reset-password",
      // Programs that look at the links in letters come here too: nothing changes before the form
      // is sent.
      page: async (context) => {
        const token = queryValue(context, "token");
        const target = await passwordReset.find(token);
        return target === undefined ? deadLink(context) : passwordPage(context, token, target);
      },
    },
    {
      method: "POST",
      path: "/reset-password",
      hashesPassword: true,
      page: async (context) => {
        const token = fieldValue(context, "token");
        try {
          const done = await passwordReset.reset(
            context.requestContext,
            token,
            fieldValue(context, "password"),
          );
          return done === undefined
            ? deadLink(context)
            : seeOther(`/sign-in?notice=${done.isFirst ? "first-password" : "new-password"}`);
        } catch (error) {
          const wrong =
            lengthComplaint(context, error, "password")?.text ?? passwordComplaint(context, error);
          if (wrong === undefined) throw error;
          const target = await passwordReset.find(token);
          return target === undefined
            ? deadLink(context)
            : passwordPage(context, token, target, wrong);
        }
      },
    },
  ];
}

// The way to a new password for whoever has forgotten the old one: asking for a letter, and
// following its link. It owns the pages and must not know who is registered: neither does their
// visitor learn it.
import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { ResetTarget } from "../../domain/accounts/password-reset.ts";
import { MIN_PASSWORD_CHARACTERS } from "../../domain/passwords/hasher.ts";
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
  visit: PageContext,
  request: string,
  email = "",
  wrong?: string,
): Promise<Response> {
  const texts = passwordResetMessages[visit.language];
  const fields = html`${field({ name: "email", label: signUpMessages[visit.language].email, type: "email", autocomplete: "username", value: email, error: wrong, autofocus: true })}
  ${button(texts.send)}`;
  const body = html`<h1>${texts.askTitle}</h1>
    <p class="quiet">${texts.ask}</p>
    ${form(visit, "/forgot-password", { request }, fields)}
    <p class="below"><a href="${withRequest("/sign-in", request)}">${texts.back}</a></p>`;
  return render(visit, {
    title: texts.askTitle,
    body,
    status: wrong === undefined ? 200 : 422,
    place: { path: "/forgot-password", parameters: request === "" ? [] : [["request", request]] },
  });
}

function sentPage(visit: PageContext, parts: WebDependencies, request: string): Promise<Response> {
  const texts = passwordResetMessages[visit.language];
  const body = html`<h1>${texts.sentTitle}</h1>
    <p>${texts.sent}</p>
    ${mailNote(visit, parts)}
    <p class="below quiet">
      ${texts.late} <a href="${withRequest("/forgot-password", request)}">${texts.again}</a>.
    </p>`;
  return render(visit, { title: texts.sentTitle, body });
}

function passwordPage(
  visit: PageContext,
  token: string,
  { email, isFirst }: ResetTarget,
  wrong?: string,
): Promise<Response> {
  const texts = passwordResetMessages[visit.language];
  const fields = html`${usernameHint({ email })}
  ${field({ name: "password", label: texts.password, type: "password", autocomplete: "new-password", hint: signUpMessages[visit.language].passwordHint, error: wrong, minLength: MIN_PASSWORD_CHARACTERS, autofocus: true })}
  ${button(texts.submit)}`;
  const body = html`<h1>${texts.title}</h1>
    <p class="quiet">${texts.what(email)}</p>
    ${isFirst ? notice(texts.first) : ""} ${form(visit, "/reset-password", { token }, fields)}`;
  return render(visit, {
    title: texts.title,
    body,
    status: wrong === undefined ? 200 : 422,
    place: { path: "/reset-password", parameters: [["token", token]] },
  });
}

const deadLink = (visit: PageContext): Promise<Response> =>
  errorPage(visit, "dead-link", {
    more: html`<p class="below">
      <a class="button" href="/forgot-password"
        >${passwordResetMessages[visit.language].askTitle}</a
      >
    </p>`,
  });

export function passwordResetRoutes(parts: WebDependencies): readonly Route[] {
  const { flow, passwordReset } = parts;
  return [
    {
      method: "GET",
      path: "/forgot-password",
      page: async (visit) => {
        const { aim, visit: shown } = await aimOf(flow, visit, queryValue(visit, "request"));
        return queryValue(visit, "notice") === "sent"
          ? sentPage(shown, parts, aim.request)
          : askPage(shown, aim.request);
      },
    },
    {
      method: "POST",
      path: "/forgot-password",
      page: async (visit) => {
        const { aim, visit: shown } = await aimOf(flow, visit, fieldValue(visit, "request"));
        const email = shownValue(visit, "email").trim();
        try {
          await passwordReset.request(shown.context, aim.realm, fieldValue(visit, "email").trim());
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
      page: async (visit) => {
        const token = queryValue(visit, "token");
        const target = await passwordReset.find(token);
        return target === undefined ? deadLink(visit) : passwordPage(visit, token, target);
      },
    },
    {
      method: "POST",
      path: "/reset-password",
      hashesPassword: true,
      page: async (visit) => {
        const token = fieldValue(visit, "token");
        try {
          const done = await passwordReset.reset(
            visit.context,
            token,
            fieldValue(visit, "password"),
          );
          return done === undefined
            ? deadLink(visit)
            : seeOther(`/sign-in?notice=${done.isFirst ? "first-password" : "new-password"}`);
        } catch (error) {
          const wrong =
            lengthComplaint(visit, error, "password")?.text ?? passwordComplaint(visit, error);
          if (wrong === undefined) throw error;
          const target = await passwordReset.find(token);
          return target === undefined ? deadLink(visit) : passwordPage(visit, token, target, wrong);
        }
      },
    },
  ];
}

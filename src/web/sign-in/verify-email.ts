// The page that the link to an address leads to. It owns the last click and must not know what it
// does.
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
import { isWrongPassword } from "../kit/wrong-password.ts";

/**
 * Asks for a click, because programs that look at the links in letters only look; and for the
 * password wherever the account's user isn't signed in.
 */
function confirmPage(
  visit: PageContext,
  token: string,
  found: LiveEmailToken,
  needsPassword: boolean,
  wrong?: { readonly status: number; readonly text: string },
): Promise<Response> {
  const { link, user } = found;
  const texts =
    emailMessages[visit.language].confirm[
      link.purpose === "change-email" ? "change-email" : "verify-email"
    ];
  const { password } = confirmMessages[visit.language];
  const ask = html`<p class="quiet">${emailMessages[visit.language].whose}</p>`;
  const fields = html`${usernameHint(user)}
  ${field({ name: "password", label: password, type: "password", autocomplete: "current-password", autofocus: true, error: wrong?.text })}
  ${button(texts.submit)}`;
  const body = html`<h1>${texts.title}</h1>
    <p class="quiet">${texts.what(link.email, shownName(user))}</p>
    ${needsPassword ? ask : ""}
    ${form(visit, "/verify-email", { token }, needsPassword ? fields : button(texts.submit))}`;
  return render(visit, {
    title: texts.title,
    body,
    status: wrong?.status ?? 200,
    place: { path: "/verify-email", parameters: [["token", token]] },
  });
}

function donePage(visit: PageContext): Promise<Response> {
  const texts = emailMessages[visit.language];
  return render(visit, {
    title: texts.doneTitle,
    body: html`<h1>${texts.doneTitle}</h1>
      <p>${texts.done}</p>
      <div class="stack"><a class="button" href="/">${texts.goOn}</a></div>`,
  });
}

const deadLink = (visit: PageContext): Promise<Response> =>
  errorPage(visit, "dead-link", {
    more: html`<p class="below">
      <a class="button" href="/account/email">${emailMessages[visit.language].title}</a>
    </p>`,
  });

export const verifyEmailRoutes = ({ emailVerification }: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: "/verify-email",
    page: async (visit) => {
      if (queryValue(visit, "notice") === "done") return donePage(visit);
      const token = queryValue(visit, "token");
      const found = await emailVerification.find(token);
      return found === undefined
        ? deadLink(visit)
        : confirmPage(visit, token, found, !emailVerification.isByItsUser(visit.context, found));
    },
  },
  {
    method: "POST",
    path: "/verify-email",
    hashesPassword: true,
    page: async (visit) => {
      const token = fieldValue(visit, "token");
      try {
        const done = await emailVerification.confirm(
          visit.context,
          token,
          fieldValue(visit, "password"),
        );
        return done === undefined ? deadLink(visit) : seeOther("/verify-email?notice=done");
      } catch (error) {
        const tooLong = lengthComplaint(visit, error, "password");
        const isWrong = error instanceof IdentityError && isWrongPassword(error);
        if (tooLong === undefined && !isWrong) throw error;
        const found = await emailVerification.find(token);
        const wrong =
          tooLong === undefined
            ? { status: 401, text: confirmMessages[visit.language].wrong }
            : { status: 422, text: tooLong.text };
        return found === undefined
          ? deadLink(visit)
          : confirmPage(visit, token, found, true, wrong);
      }
    },
  },
];

// The page that the link to an address leads to. It owns the last click and must not know what it does.
import { html } from "./html.ts";
import type { LiveLink } from "../domain/mail-links.ts";
import { endingPage } from "./error-page.ts";
import { button, form } from "./form.ts";
import { render } from "./layout.ts";
import type { WebParts } from "./parts.ts";
import { emailTexts } from "./texts/email.ts";
import { shownName } from "./user-name.ts";
import type { Route, Visit } from "./visit.ts";
import { fieldValue, queryValue, seeOther } from "./visit.ts";

/** Asks for a click, because programs that look at the links in letters only look. */
function confirmPage(visit: Visit, token: string, { link, user }: LiveLink): Promise<Response> {
  const texts = emailTexts[visit.language].confirm[link.purpose === "change-email" ? "change-email" : "verify-email"];
  const body = html`<h1>${texts.title}</h1>
<p class="quiet">${texts.what(link.email, shownName(user))}</p>
${form(visit, "/verify-email", { token }, button(texts.submit))}`;
  return render(visit, { title: texts.title, body });
}

function donePage(visit: Visit): Promise<Response> {
  const texts = emailTexts[visit.language];
  return render(visit, { title: texts.doneTitle, body: html`<h1>${texts.doneTitle}</h1>\n<p>${texts.done}</p>\n<div class="stack"><a class="button" href="/">${texts.goOn}</a></div>` });
}

const deadLink = (visit: Visit): Promise<Response> =>
  endingPage(visit, "dead-link", { more: html`<p class="below"><a class="button" href="/account/email">${emailTexts[visit.language].title}</a></p>` });

export const verifyEmailRoutes = ({ emailVerification }: WebParts): readonly Route[] => [
  {
    method: "GET",
    path: "/verify-email",
    page: async (visit) => {
      if (queryValue(visit, "notice") === "done") return donePage(visit);
      const token = queryValue(visit, "token");
      const found = await emailVerification.find(token);
      return found === undefined ? deadLink(visit) : confirmPage(visit, token, found);
    },
  },
  {
    method: "POST",
    path: "/verify-email",
    page: async (visit) => ((await emailVerification.confirm(visit.context, fieldValue(visit, "token"))) === undefined ? deadLink(visit) : seeOther("/verify-email?notice=done")),
  },
];

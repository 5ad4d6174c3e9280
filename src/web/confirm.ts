// The password once more, before what a stolen session must not do. It owns the page and must not know what comes after it.
import { html } from "hono/html";
import { IdentityError } from "../domain/errors.ts";
import type { User } from "../domain/model.ts";
import { BROWSER_API } from "../domain/sessions.ts";
import type { BrowserSessions } from "./browser-sessions.ts";
import { button, field, form, lengthComplaint, usernameHint } from "./form.ts";
import { returnPath } from "./guards.ts";
import { render } from "./layout.ts";
import type { WebParts } from "./parts.ts";
import { confirmTexts } from "./texts/confirm.ts";
import type { Route, Visit } from "./visit.ts";
import { fieldValue, queryValue, seeOther } from "./visit.ts";
import { isWrongPassword } from "./wrong-password.ts";

function confirmPage(visit: Visit, { username, email }: User, returnTo: string, wrong?: { readonly status: number; readonly text: string }): Promise<Response> {
  const texts = confirmTexts[visit.language];
  const fields = html`${usernameHint({ email })}
${field({ name: "password", label: texts.password, type: "password", autocomplete: "current-password", autofocus: true, error: wrong?.text })}
${button(texts.submit)}`;
  const body = html`<h1>${texts.title}</h1>
<p class="quiet">${texts.why(username || email)}</p>
${form(visit, "/confirm", { return: returnTo }, fields)}`;
  return render(visit, { title: texts.title, body, status: wrong?.status ?? 200, place: { path: "/confirm", parameters: [["return", returnTo]] } });
}

export function confirmRoutes({ sessions }: WebParts, browsers: BrowserSessions): readonly Route[] {
  return [
    { method: "GET", path: "/confirm", page: (visit) => (visit.signedIn === undefined ? seeOther("/sign-in") : confirmPage(visit, visit.signedIn.user, queryValue(visit, "return"))) },
    {
      method: "POST",
      path: "/confirm",
      // As at a sign-in, the browser gets a new session and the old one ends: what is opened now is not opened to whoever has the old cookie.
      page: async (visit) => {
        if (visit.signedIn === undefined) return seeOther("/sign-in");
        const { user } = visit.signedIn;
        const returnTo = fieldValue(visit, "return");
        try {
          await browsers.begin(visit, await sessions.signIn(visit.context, BROWSER_API, { realm: user.realm, identifier: { email: user.email }, password: fieldValue(visit, "password") }));
        } catch (error) {
          const tooLong = lengthComplaint(visit, error, "password");
          if (tooLong !== undefined) return confirmPage(visit, user, returnTo, { status: 422, text: tooLong.text });
          if (error instanceof IdentityError && isWrongPassword(error)) return confirmPage(visit, user, returnTo, { status: 401, text: confirmTexts[visit.language].wrong });
          throw error;
        }
        return seeOther(returnPath(returnTo));
      },
    },
  ];
}

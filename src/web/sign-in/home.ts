// The start page. It owns the first look and must not know the other pages but by their addresses.
import { html } from "../kit/html.ts";
import { render } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { homeMessages } from "./home-messages.ts";
import { shownName } from "../kit/user-name.ts";
import type { Route, PageContext } from "../request/page-context.ts";

function homePage(visit: PageContext, hasReference: boolean): Promise<Response> {
  const texts = homeMessages[visit.language];
  const user = visit.signedIn?.user;
  const body =
    user === undefined
      ? html`<h1>${texts.title}</h1>
          <p class="quiet">${texts.what}</p>
          <div class="stack">
            <a class="button" href="/sign-in">${texts.signIn}</a
            ><a class="button second" href="/sign-up">${texts.signUp}</a>
          </div>`
      : html`<h1>${texts.welcome(shownName(user))}</h1>
          <p class="quiet">${user.email}</p>
          <div class="stack"><a class="button" href="/account">${texts.account}</a></div>`;
  const reference = hasReference
    ? html`<p class="below small"><a href="/docs">${texts.reference}</a></p>`
    : "";
  return render(visit, {
    title: user === undefined ? texts.title : texts.welcome(shownName(user)),
    body: html`${body}${reference}`,
  });
}

export const homeRoutes = ({ describeApi }: WebDependencies): readonly Route[] => [
  { method: "GET", path: "/", page: (visit) => homePage(visit, describeApi !== undefined) },
];

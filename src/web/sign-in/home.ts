import { html } from "../kit/html.ts";
import { render } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { homeMessages } from "./home-messages.ts";
import { shownName } from "../kit/user-name.ts";
import type { Route, PageContext } from "../request/page-context.ts";

function homePage(context: PageContext, hasReference: boolean): Promise<Response> {
  const messages = homeMessages[context.language];
  const user = context.signedIn?.user;
  const body =
    user === undefined
      ? html`<h1>${messages.title}</h1>
          <p class="quiet">${messages.what}</p>
          <div class="stack">
            <a class="button" href="/sign-in">${messages.signIn}</a
            ><a class="button second" href="/sign-up">${messages.signUp}</a>
          </div>`
      : html`<h1>${messages.welcome(shownName(user))}</h1>
          <p class="quiet">${user.email}</p>
          <div class="stack"><a class="button" href="/account">${messages.account}</a></div>`;
  const reference = hasReference
    ? html`<p class="below small"><a href="/docs">${messages.reference}</a></p>`
    : "";
  return render(context, {
    title: user === undefined ? messages.title : messages.welcome(shownName(user)),
    body: html`${body}${reference}`,
  });
}

export const homeRoutes = ({ describeApi }: WebDependencies): readonly Route[] => [
  { method: "GET", path: "/", page: (context) => homePage(context, describeApi !== undefined) },
];

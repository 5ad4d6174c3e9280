import { html } from "../kit/html.ts";
import { render } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { homeMessages } from "./home-messages.ts";
import { seeOther } from "../request/page-context.ts";
import type { Route, PageContext } from "../request/page-context.ts";

function homePage(context: PageContext, hasReference: boolean): Promise<Response> {
  const messages = homeMessages[context.language];
  const body = html`<h1>${messages.title}</h1>
    <p class="quiet">${messages.what}</p>
    <div class="stack">
      <a class="button" href="/sign-in">${messages.signIn}</a
      ><a class="button second" href="/sign-up">${messages.signUp}</a>
    </div>`;
  const reference = hasReference
    ? html`<p class="below small"><a href="/docs">${messages.reference}</a></p>`
    : "";
  return render(context, {
    title: messages.title,
    body: html`${body}${reference}`,
  });
}

export const homeRoutes = ({ describeApi }: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: "/",
    page: (context) =>
      context.signedIn === undefined
        ? homePage(context, describeApi !== undefined)
        : seeOther("/account"),
  },
];

import { button, form } from "../kit/form.ts";
import { html, type Html } from "../kit/html.ts";
import { render } from "../kit/layout.ts";
import { shownName } from "../kit/user-name.ts";
import type { PageContext } from "../request/page-context.ts";
import { signInMessages } from "./sign-in-messages.ts";

/** Asks first: a link alone must not sign a user out. */
export function signOutPage(
  context: PageContext,
  {
    action,
    values = {},
    why = "",
  }: {
    readonly action: string;
    readonly values?: Readonly<Record<string, string>>;
    readonly why?: Html | "";
  },
): Promise<Response> {
  const messages = signInMessages[context.language];
  const { username = "", email = "" } = context.signedIn?.user ?? {};
  const buttons = html`${button(messages.signOut)}<a class="button second" href="/"
      >${messages.stay}</a
    >`;
  return render(context, {
    title: messages.signOutTitle,
    body: html`<h1>${messages.signOutTitle}</h1>
      ${why}
      <p class="quiet">${messages.signOutAs(shownName({ username, email }))}</p>
      ${form(context, { action, values }, buttons)}`,
  });
}

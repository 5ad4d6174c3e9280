// The way from a page of ours to the application: a link, or a form that posts the response.
import type { ClientAnswer } from "../../domain/oauth/authorization/client-answer.ts";
import { formPostPolicy } from "../request/security-headers.ts";
import { hidden } from "./form.ts";
import { html, type Html } from "./html.ts";

/** Renders the way; `label` makes its text of the address. */
export function wayBack(answer: ClientAnswer, label: (uri: string) => string): Html {
  if (answer.kind === "redirect")
    return html`<p class="below">
      <a class="button second" href="${answer.location}" rel="noreferrer"
        >${label(answer.location)}</a
      >
    </p>`;
  return responseForm(answer, html`<button class="second">${label(answer.action)}</button>`);
}

/** Renders the form that posts the response (OAuth 2.0 Form Post Response Mode section 2). */
export const responseForm = (
  { action, parameters }: Extract<ClientAnswer, { kind: "form-post" }>,
  button: Html,
  isSentByScript = false,
): Html =>
  html`<form class="below" method="post" action="${action}" ${isSentByScript && "data-send"}>
    ${parameters.map(([name, value]) => hidden(name, value))} ${button}
  </form>`;

/** Returns the policy that a page with such a form needs; nothing for a link. */
export const answerPolicy = (answer: ClientAnswer): Readonly<Record<string, string>> =>
  answer.kind === "redirect" ? {} : { "content-security-policy": formPostPolicy(false) };

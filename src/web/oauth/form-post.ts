import type { ClientAnswer } from "../../domain/oauth/authorization/client-answer.ts";
import { html } from "../kit/html.ts";
import { render } from "../kit/layout.ts";
import { responseForm } from "../kit/way-back.ts";
import type { PageContext } from "../request/page-context.ts";
import { formPostPolicy } from "../request/security-headers.ts";
import { leaveMessages } from "./leave-messages.ts";

/**
 * Renders the page that posts the response to the application (OAuth 2.0 Form Post Response Mode
 * section 2). The script sends the form at once; without it, the user presses the button.
 */
export function formPostPage(
  context: PageContext,
  answer: Extract<ClientAnswer, { kind: "form-post" }>,
): Promise<Response> {
  const messages = leaveMessages[context.language];
  return render(context, {
    title: messages.title,
    // No menu while the application waits.
    destination: answer.action,
    place: { path: "/", parameters: [] },
    headers: { "content-security-policy": formPostPolicy(true) },
    body: html`<h1>${messages.title}</h1>
      <p class="quiet">${messages.wait}</p>
      ${responseForm(answer, html`<button>${messages.goOn}</button>`, true)}`,
  });
}

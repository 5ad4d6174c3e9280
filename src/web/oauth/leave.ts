// The way back to the application. `form-action` applies to every redirect that follows a form
// (CSP Level 3 section 6.4.1), also to those of the application, whose origins are unknown here.
// docs/decisions/0015 compares the ways out.
import { html } from "../kit/html.ts";
import { render } from "../kit/layout.ts";
import { type PageContext, seeOther } from "../request/page-context.ts";
import { leaveMessages } from "./leave-messages.ts";

/**
 * Sends the browser from one of our steps to the application. A browser gets a page that leads on:
 * what follows is then no part of a form. A client without a window gets a redirect.
 */
export function leave(context: PageContext, location: string): Promise<Response> | Response {
  if (!isNavigation(context)) return seeOther(location);
  const messages = leaveMessages[context.language];
  return render(context, {
    title: messages.title,
    refresh: location,
    // No menu while the application waits.
    destination: location,
    place: { path: "/", parameters: [] },
    body: html`<h1>${messages.title}</h1>
      <p class="quiet">${messages.wait}</p>
      <p class="below">
        <a class="button" href="${location}" rel="noreferrer">${messages.goOn}</a>
      </p>`,
  });
}

/**
 * Returns whether a browser shows the answer in a window. Browsers send `Sec-Fetch-Mode` to https
 * and to loopback addresses only, and `Upgrade-Insecure-Requests` to every server.
 */
const isNavigation = ({ header }: PageContext): boolean =>
  header("sec-fetch-mode") === "navigate" || header("upgrade-insecure-requests") === "1";

// The end session endpoint, OpenID Connect RP-Initiated Logout 1.0.
import type { LogoutOutcome } from "../../domain/oauth/logout/logout-requests.ts";
import { errorPage } from "../kit/error-page.ts";
import { html } from "../kit/html.ts";
import type { BrowserSessions } from "../request/browser-sessions.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import type { Page, PageContext, Route } from "../request/page-context.ts";
import { fieldValue, inLanguageOf, seeOther } from "../request/page-context.ts";
import { signOutPage } from "../sign-in/sign-out.ts";
import { leave } from "./leave.ts";
import { leftToOpener } from "./opener.ts";
import { logoutMessages } from "./logout-messages.ts";

const PATH = "/oauth2/logout";
const CONFIRM_PATH = "/oauth2/logout/confirm";

/** Asks the user, and says which application has led here. */
function askPage(
  context: PageContext,
  { client, decision, locales }: Extract<LogoutOutcome, { kind: "ask" }>,
): Promise<Response> {
  const shown = inLanguageOf(context, locales);
  const why =
    client === undefined
      ? ""
      : html`<p class="quiet">${logoutMessages[shown.language].asks(client.name)}</p>`;
  return signOutPage(shown, { action: CONFIRM_PATH, values: { decision }, why });
}

export function logoutRoutes(
  { logoutRequests }: WebDependencies,
  browsers: BrowserSessions,
): readonly Route[] {
  // An application may sign its users out in a pop-up window. The window stays connected with it on
  // the way to an address that is registered for this, and on no other.
  const begin: Page = async (context) => {
    // Without a body HEAD would end a session unseen (RFC 9110 section 9.2.1).
    if (context.isHead) return errorPage(context, "method", { headers: { allow: "GET, POST" } });
    const outcome = await logoutRequests.decide(context.asked, context.signedIn);
    if (outcome.kind === "malformed") return errorPage(context, "malformed-request");
    if (outcome.kind === "ask") {
      const page = await askPage(context, outcome);
      return outcome.leadsBack ? leftToOpener(page) : page;
    }
    if (context.signedIn !== undefined) await browsers.end(context, outcome.clientId);
    return outcome.location === undefined
      ? seeOther("/sign-in?notice=signed-out")
      : leftToOpener(seeOther(outcome.location));
  };
  return [
    { method: "GET", path: PATH, page: begin },
    {
      method: "POST",
      path: PATH,
      isForOtherSites: true,
      // A form of another site comes without the session, and a navigation with GET comes with it.
      page: async ({ asked }) => {
        const query = new URLSearchParams(asked.map(([name, value]) => [name, value]));
        const response = seeOther(`${PATH}?${query}`);
        return (await logoutRequests.leadsBack(asked)) ? leftToOpener(response) : response;
      },
    },
    {
      method: "POST",
      path: CONFIRM_PATH,
      page: async (context) => {
        const decision = logoutRequests.confirmed(fieldValue(context, "decision"));
        if (decision === undefined) return errorPage(context, "expired");
        await browsers.end(context, decision.clientId);
        return decision.location === undefined
          ? seeOther("/sign-in?notice=signed-out")
          : leftToOpener(await leave(context, decision.location));
      },
    },
  ];
}

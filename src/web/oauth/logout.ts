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
  const begin: Page = async (context) => {
    // Without a body HEAD would end a session unseen (RFC 9110 section 9.2.1).
    if (context.isHead) return errorPage(context, "method", { headers: { allow: "GET, POST" } });
    const outcome = await logoutRequests.decide(context.asked, context.signedIn);
    if (outcome.kind === "malformed") return errorPage(context, "malformed-request");
    if (outcome.kind === "ask") return askPage(context, outcome);
    if (context.signedIn !== undefined) await browsers.end(context, outcome.clientId);
    return seeOther(outcome.location ?? "/sign-in?notice=signed-out");
  };
  return [
    { method: "GET", path: PATH, page: begin },
    {
      method: "POST",
      path: PATH,
      isForOtherSites: true,
      // A form of another site comes without the session, and a navigation with GET comes with it.
      page: ({ asked }) =>
        seeOther(`${PATH}?${new URLSearchParams(asked.map(([name, value]) => [name, value]))}`),
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
          : leave(context, decision.location);
      },
    },
  ];
}

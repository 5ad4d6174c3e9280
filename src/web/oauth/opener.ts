// Which windows stay connected with the application that has opened them. An application may sign
// its users in in a pop-up window: its callback reports to `window.opener`, so every page and every
// redirect of the flow must leave the opener alone. All other pages are cut off from it.
import type { AuthorizationFlow } from "../../domain/oauth/authorization/flow.ts";
import type { PageContext } from "../request/page-context.ts";

/** The authorization endpoints. */
export const BEGINNINGS: ReadonlySet<string> = new Set([
  "/oauth2/authorize",
  "/oauth2/",
  "/oauth/",
  "/oauth",
  "/login/",
  "/login",
  "/cabinet/OAuth2authorize",
]);

/** The pages to which a flow may lead, with its signed request or decision. */
export const STEPS: ReadonlySet<string> = new Set([
  "/continue",
  "/sign-in",
  "/sign-up",
  "/sign-out",
  "/forgot-password",
  "/restore",
  "/choose-community",
  "/communities",
  "/consent",
]);

/** The parameters that make a request to an authorization endpoint an authorization request. */
const ASKING: ReadonlySet<string> = new Set(["client_id", "secret_id", "redirect_uri"]);

const POLICY = "cross-origin-opener-policy";

/** Leaves the window to its opener: for a page that knows more of its request than the path. */
export function leftToOpener(response: Response): Response {
  response.headers.set(POLICY, "unsafe-none");
  return response;
}

/**
 * Returns whether a request belongs to a flow of an application. Its answer may be an error. A
 * signed value may have expired; one that another server has made doesn't count.
 */
export function keepsOpener(
  flow: AuthorizationFlow,
  { path, asked }: Pick<PageContext, "path" | "asked">,
  fields: ReadonlyMap<string, string> = new Map(),
): boolean {
  if (BEGINNINGS.has(path)) return asked.some(([name, value]) => ASKING.has(name) && value !== "");
  return (
    STEPS.has(path) &&
    [...asked, ...fields].some(
      ([name, value]) => (name === "request" || name === "decision") && flow.hasBegun(value),
    )
  );
}

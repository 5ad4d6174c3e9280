import type { Client } from "../../domain/model.ts";
import type { AuthorizationFlow } from "../../domain/oauth/authorization/flow.ts";
import { DEFAULT_REALM } from "../../domain/accounts/new-user.ts";
import { inLanguageOf, withBrandOf, type PageContext } from "../request/page-context.ts";

/** Where the user goes after sign-in or sign-up. */
export interface Aim {
  /** The signed authorization request to continue with; empty without one. */
  readonly request: string;
  /** The path of our page to open afterwards. */
  readonly returnTo: string;
  readonly realm: string;
  readonly client?: Client | undefined;
  /** Where the forms of the page may redirect to (`form-action` of its policy). */
  readonly destination?: string | undefined;
}

/** Adds the signed authorization request to the path of a page. */
export const withRequest = (path: string, request: string): string =>
  request === "" ? path : `${path}${path.includes("?") ? "&" : "?"}request=${request}`;

/**
 * Returns the aim of a signed authorization request, and the page context in the language that the
 * application asks for.
 */
export async function aimOf(
  flow: AuthorizationFlow,
  context: PageContext,
  request: string,
  returnTo = "",
): Promise<{ aim: Aim; context: PageContext }> {
  const about = request === "" ? undefined : await flow.about(context.requestContext, request);
  if (about === undefined) return { aim: { request: "", returnTo, realm: DEFAULT_REALM }, context };
  return {
    aim: { ...about, request, returnTo: "" },
    context: withBrandOf(inLanguageOf(context, about.locales), about.realm),
  };
}

import { IdentityError } from "../../errors.ts";
import type { Reason } from "../../errors.ts";
import type { Client } from "../../model.ts";
import { isLongerThan } from "../../text.ts";
import type { AuthorizationRequest, AuthorizationService } from "./authorization-service.ts";
import { withQuery } from "./authorization-service.ts";
import { lifetimeOf } from "../grants/issue.ts";
import { parseGroupId } from "./group-parameter.ts";
import type { Prompt } from "./checked-authorization.ts";
import type { Outcome } from "./outcome.ts";
import { refuse } from "./outcome.ts";
import type { Parameters } from "./parameters.ts";
import { isPlain, isState } from "./parameters.ts";
import type { AuthorizationRequestParser } from "./request-parser.ts";
import { failedAuthorization } from "./request-parser.ts";

/** The most characters of a user name or an e-mail address. */
const MAX_HINT = 320;

const PROMPTS: readonly string[] = [
  "none",
  "login",
  "consent",
  "select_account",
] satisfies Prompt[];

/** The error codes of RFC 6749 section 4.1.2.1. */
const ERRORS: Partial<Record<Reason, string>> = {
  OAUTH_REQUEST_INVALID: "invalid_request",
  CLIENT_UNAUTHORIZED: "unauthorized_client",
  SCOPE_INVALID: "invalid_scope",
};

/** Returns the client and its redirect URI, or the error page. */
export async function findDestination(
  authorize: AuthorizationService,
  parameters: Parameters,
): Promise<{ client: Client; redirectUri: string } | Outcome> {
  if (!isPlain(parameters.get("client_id"), 128)) return refuse("malformed-request");
  try {
    return await authorize.destination(parameters.get("client_id"), parameters.get("redirect_uri"));
  } catch (error) {
    if (error instanceof IdentityError && error.reason === "CLIENT_NOT_FOUND")
      return refuse("unknown-client");
    if (error instanceof IdentityError && error.reason === "REDIRECT_URI_INVALID")
      return refuse("unregistered-redirect-uri");
    throw error;
  }
}

/** Returns the scopes, or the error code for the client. */
export function checkRequest(
  authorize: AuthorizationService,
  client: Client,
  request: AuthorizationRequest,
): { scopes: readonly string[] } | { error: string } {
  try {
    return { scopes: authorize.check(client, request) };
  } catch (error) {
    const code = error instanceof IdentityError ? ERRORS[error.reason] : undefined;
    if (code === undefined) throw error;
    return { error: code };
  }
}

/** Returns a parser of the authorization requests of RFC 6749 section 4.1.1. */
export function oauth2Request(
  authorize: AuthorizationService,
  issuer: string,
): AuthorizationRequestParser {
  return async (_context, parameters) => {
    if (parameters.hasRepeated("client_id", "redirect_uri")) return refuse("malformed-request");
    const found = await findDestination(authorize, parameters);
    if ("kind" in found) return found;
    const { client, redirectUri } = found;
    const get = (name: string): string => parameters.get(name);
    const state = isState(get("state")) ? get("state") : "";
    // RFC 6749 section 4.1.2.1; `iss` as of RFC 9207.
    const locationOf = (error: string): string =>
      withQuery(redirectUri, { error, state, iss: issuer });
    const prompt = new Set(
      get("prompt")
        .split(" ")
        .filter((word) => word !== ""),
    ) as ReadonlySet<Prompt>;
    const request: AuthorizationRequest = {
      clientId: client.id,
      redirectUri: get("redirect_uri"),
      scope: get("scope"),
      state,
      codeChallenge: get("code_challenge"),
      codeChallengeMethod: get("code_challenge_method"),
      groupId: parseGroupId(get("group_id")) ?? -1n,
    };
    const early = earlyError(parameters, prompt);
    const checked =
      early === undefined ? checkRequest(authorize, client, request) : { error: early };
    if ("error" in checked)
      return failedAuthorization(client, checked.error, locationOf(checked.error));
    return {
      client,
      realm: authorize.realmOf(client),
      destination: redirectUri,
      scopes: checked.scopes,
      lifetime: lifetimeOf(client),
      prompt,
      loginHint: isLongerThan(get("login_hint"), MAX_HINT) ? "" : get("login_hint"),
      locales: get("ui_locales").split(" ").slice(0, 16),
      group: request.groupId === 0n ? undefined : { id: request.groupId, vkGroupId: 0n },
      // RFC 8252 section 8.6: another program can pose as a public client that listens on a
      // loopback address.
      remembers: !(client.public && redirectUri.startsWith("http://")),
      fail: locationOf,
      agree: async (context, groupId) =>
        (
          await authorize.agree(context, {
            client,
            destination: redirectUri,
            scopes: checked.scopes,
            request: { ...request, groupId },
            isStandard: true,
          })
        ).location,
    };
  };
}

/** Returns the error code of a request that is invalid before scopes and challenges matter. */
function earlyError(parameters: Parameters, prompt: ReadonlySet<string>): string | undefined {
  const get = (name: string): string => parameters.get(name);
  if (
    parameters.hasRepeated() ||
    !parameters.pairs.every(([, value]) => isPlain(value)) ||
    !isState(get("state"))
  )
    return "invalid_request";
  // RFC 9101 section 10.2.2: request objects are neither fetched nor parsed.
  if (get("request") !== "") return "request_not_supported";
  if (get("request_uri") !== "") return "request_uri_not_supported";
  if (get("response_type") === "") return "invalid_request";
  if (get("response_type") !== "code") return "unsupported_response_type";
  if (get("response_mode") !== "" && get("response_mode") !== "query") return "invalid_request";
  if (
    ![...prompt].every((word) => PROMPTS.includes(word)) ||
    (prompt.has("none") && prompt.size > 1)
  )
    return "invalid_request";
  return undefined;
}

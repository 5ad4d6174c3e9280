import { IdentityError } from "../../errors.ts";
import type { Reason } from "../../errors.ts";
import type { Client } from "../../model.ts";
import type { RequestContext } from "../../request-context.ts";
import { isLongerThan } from "../../text.ts";
import type { AuthorizationRequest, AuthorizationService } from "./authorization-service.ts";
import { type AuthorizationError, errorParameters } from "./authorization-error.ts";
import { OPENID } from "../clients/scopes.ts";
import { openIdRequest } from "../openid/openid-parameters.ts";
import { singleClaims } from "../openid/user-claims.ts";
import type { IdTokenHints } from "../openid/id-token-hints.ts";
import type { Subjects } from "../openid/subjects.ts";
import { type ClientAnswer, clientAnswer, RESPONSE_MODES } from "./client-answer.ts";
import { lifetimeOf } from "../grants/issue.ts";
import { parseGroupId } from "./group-parameter.ts";
import { type Prompt, PROMPTS } from "./checked-authorization.ts";
import type { Outcome } from "./outcome.ts";
import { refuse } from "./outcome.ts";
import type { Parameters } from "./parameters.ts";
import { isPlain, isState } from "./parameters.ts";
import type { AuthorizationRequestParser } from "./request-parser.ts";
import { failedAuthorization } from "./request-parser.ts";

/** The most characters of a user name or an e-mail address. */
const MAX_HINT = 320;

const DETAILS = "authorization_details";

/** The error codes of RFC 6749 section 4.1.2.1. */
const ERRORS: Partial<Record<Reason, string>> = {
  OAUTH_REQUEST_INVALID: "invalid_request",
  CLIENT_UNAUTHORIZED: "unauthorized_client",
  SCOPE_INVALID: "invalid_scope",
  // RFC 8707 section 2.
  TARGET_INVALID: "invalid_target",
  // RFC 9396 section 5.
  AUTHORIZATION_DETAILS_INVALID: "invalid_authorization_details",
};

/** Returns the client and its redirect URI, or the error page. */
export async function findDestination(
  authorize: AuthorizationService,
  parameters: Parameters,
  context: RequestContext,
): Promise<{ client: Client; redirectUri: string } | Outcome> {
  const clientId = parameters.get("client_id");
  if (clientId === "") return refuse("malformed-request", "client_id is missing.");
  if (!isPlain(clientId, 128))
    return refuse("malformed-request", "client_id is too long or has control characters.");
  try {
    return await authorize.destination(clientId, parameters.get("redirect_uri"), context);
  } catch (error) {
    if (error instanceof IdentityError && error.reason === "CLIENT_NOT_FOUND")
      return refuse("unknown-client", "client_id is not that of a registered client.");
    if (error instanceof IdentityError && error.reason === "CLIENT_DOCUMENT_INVALID")
      return refuse("unknown-client", error.message);
    if (error instanceof IdentityError && error.reason === "CLIENT_UNAUTHORIZED")
      return refuse("disabled-client");
    if (error instanceof IdentityError && error.reason === "REDIRECT_URI_INVALID")
      return refuse(
        "unregistered-redirect-uri",
        parameters.get("redirect_uri") === ""
          ? "redirect_uri is missing: only a client with one registered URI may leave it out."
          : "redirect_uri is not registered for this client. Register exactly the sent one.",
      );
    throw error;
  }
}

/** The error of another response type than `code`, RFC 9700 section 2.1.2. */
export const WRONG_RESPONSE_TYPE: AuthorizationError = {
  code: "unsupported_response_type",
  description: "response_type must be code.",
};

/** Returns the scopes, or the error for the client. */
export function checkRequest(
  authorize: AuthorizationService,
  client: Client,
  request: AuthorizationRequest,
): { scopes: readonly string[] } | { error: AuthorizationError } {
  try {
    return { scopes: authorize.check(client, request) };
  } catch (error) {
    return { error: authorizationErrorOf(error) };
  }
}

/** Returns the error for the client; throws what isn't one. */
function authorizationErrorOf(error: unknown): AuthorizationError {
  if (!(error instanceof IdentityError)) throw error;
  const code = ERRORS[error.reason];
  if (code === undefined) throw error;
  return { code, description: error.message };
}

/** Returns the scopes and the resources (RFC 8707), or the error for the client. */
async function checkTargets(
  authorize: AuthorizationService,
  client: Client,
  request: AuthorizationRequest,
): Promise<
  Awaited<ReturnType<AuthorizationService["checkTargeted"]>> | { error: AuthorizationError }
> {
  try {
    return await authorize.checkTargeted(client, request);
  } catch (error) {
    return { error: authorizationErrorOf(error) };
  }
}

/** What the parser needs besides the checks of the service. */
interface OAuth2RequestDependencies {
  readonly issuer: string;
  readonly hints: IdTokenHints;
  readonly subjects: Subjects;
}

/**
 * Returns a parser of the authorization requests of RFC 6749 section 4.1.1 and OpenID Connect Core
 * section 3.1.2.1.
 */
export function oauth2Request(
  authorize: AuthorizationService,
  { issuer, hints, subjects }: OAuth2RequestDependencies,
): AuthorizationRequestParser {
  return async (context, parameters) => {
    const repeated = parameters.repeated("client_id", "redirect_uri");
    if (repeated !== undefined)
      return refuse("malformed-request", `${repeated} occurs more than once.`);
    const found = await findDestination(authorize, parameters, context);
    if ("kind" in found) return found;
    const { client, redirectUri } = found;
    const get = (name: string): string => parameters.get(name);
    const key = get("dpop_jkt");
    const state = isState(get("state")) ? get("state") : "";
    // RFC 6749 section 4.1.2.1; `iss` as of RFC 9207.
    const mode = RESPONSE_MODES.find((each) => each === get("response_mode")) ?? "query";
    const answerOf = (error: AuthorizationError): ClientAnswer =>
      clientAnswer(mode, redirectUri, { ...errorParameters(error), state, iss: issuer });
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
      nonce: get("nonce"),
      resource: parameters.all("resource"),
      authorizationDetails: get(DETAILS),
    };
    const early = earlyError(parameters, prompt, redirectUri);
    const checked =
      early === undefined ? await checkTargets(authorize, client, request) : { error: early };
    if ("error" in checked)
      return failedAuthorization(client, checked.error, answerOf(checked.error));
    const openId = await openIdRequest(hints, client, parameters);
    if ("error" in openId) return failedAuthorization(client, openId.error, answerOf(openId.error));
    const { maxAgeMs, subject } = openId;
    const isOpenId = checked.scopes.includes(OPENID);
    const single = singleClaims(isOpenId ? (openId.claims ?? {}) : {}, client.scopes);
    return {
      client,
      realm: authorize.realmOf(client),
      destination: redirectUri,
      scopes: [...new Set([...checked.scopes, ...single.scopes])],
      resources: checked.resources,
      details: checked.details,
      lifetime: lifetimeOf(client),
      prompt,
      loginHint: isLongerThan(get("login_hint"), MAX_HINT) ? "" : get("login_hint"),
      locales: get("ui_locales").split(" ").slice(0, 16),
      group: request.groupId === 0n ? undefined : { id: request.groupId, vkGroupId: 0n },
      // RFC 8252 section 8.6: another program can pose as a public client that listens on a
      // loopback address or has a private-use scheme.
      remembers: !client.public || redirectUri.startsWith("https://"),
      maxAgeMs,
      expects:
        subject === undefined ? undefined : ({ id }) => subjects.subjectOf(client, id) === subject,
      fail: answerOf,
      agree: async (agreeing, groupId) => {
        const { parameters: given } = await authorize.agree(agreeing, {
          client,
          destination: redirectUri,
          scopes: checked.scopes,
          resources: checked.resources,
          details: checked.details,
          request: { ...request, groupId },
          isStandard: true,
          terms: {
            ...(isOpenId && { claims: single.claims }),
            ...(key !== "" && { dpopJkt: key }),
          },
          claimScopes: single.scopes,
        });
        return clientAnswer(mode, redirectUri, given);
      },
    };
  };
}

/** Returns the error of a request that is invalid before scopes and challenges matter. */
function earlyError(
  parameters: Parameters,
  prompt: ReadonlySet<string>,
  redirectUri: string,
): AuthorizationError | undefined {
  const get = (name: string): string => parameters.get(name);
  const invalid = (description: string, code = "invalid_request"): AuthorizationError => ({
    code,
    description,
  });
  const repeated = parameters.repeated();
  if (repeated !== undefined)
    return invalid(`${repeated.slice(0, 64)} occurs more than once. Send each parameter once.`);
  // Details may be longer and have line breaks; what reads them has limits of its own.
  const others = parameters.pairs.filter(([name]) => name !== DETAILS);
  const [wrong] = others.find(([, value]) => !isPlain(value)) ?? [];
  if (wrong !== undefined || !isState(get("state")))
    return invalid(`${(wrong ?? "state").slice(0, 64)} is too long or has control characters.`);
  // RFC 9101 section 10.5: no address of another server is fetched. What `../pushed/` accepts is
  // parsed before.
  if (get("request_uri") !== "")
    return invalid(
      "request_uri is not that of a pushed request (RFC 9126). Send the parameters themselves.",
      "request_uri_not_supported",
    );
  // RFC 9449 section 10: a SHA-256 in base64url.
  if (!/^([\w-]{43})?$/.test(get("dpop_jkt")))
    return invalid("dpop_jkt must be the SHA-256 thumbprint of a key.");
  if (get("response_type") === "") return invalid("response_type is missing. It must be code.");
  if (get("response_type") !== "code") return WRONG_RESPONSE_TYPE;
  const mode = get("response_mode");
  if (mode !== "" && !RESPONSE_MODES.some((each) => each === mode))
    return invalid(`response_mode must be one of ${RESPONSE_MODES.join(", ")}.`);
  if (mode === "form_post" && !/^https?:/.test(redirectUri))
    return invalid("response_mode form_post needs a redirect_uri of https or http.");
  if (![...prompt].every((word) => (PROMPTS as readonly string[]).includes(word)))
    return invalid(`prompt has an unknown value. It may have ${PROMPTS.join(", ")}.`);
  if (prompt.has("none") && prompt.size > 1)
    return invalid("prompt has none and another value. Send none alone.");
  return undefined;
}

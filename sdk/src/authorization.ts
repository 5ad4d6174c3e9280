import type { Client } from "@connectrpc/connect";
import { Code } from "@connectrpc/connect";
import { base64url } from "jose";
import type { OAuthService, TokenResponse } from "../gen/identity/v1/oauth_pb.js";
import { type AuthorizationDetail, detailsText } from "./details/authorization-details.ts";
import type { Limits } from "./calls.ts";
import { refusal } from "./errors.ts";
import type { Identity, ReadIdToken } from "./id-token.ts";
import type { DpopProofs } from "./proofs/dpop.ts";
import type { Credential } from "./proofs/resource-fetch.ts";
import { randomText } from "./random-text.ts";

/**
 * What a user is asked to agree to.
 *
 * @example
 * ```ts
 * import type { AuthorizationRequest } from "@latchkey/sdk";
 *
 * const request: AuthorizationRequest = {
 *   redirectUri: "https://app.example/callback",
 *   scope: "profile",
 * };
 * const { url } = await latchkey.beginAuthorization(request);
 * console.log(new URL(url).searchParams.get("scope")); // profile
 * ```
 */
export interface AuthorizationRequest {
  /** Where the user comes back; registered for the client, exactly so. */
  readonly redirectUri: string;
  /**
   * Space-separated; everything that the client may ask for when left out. With `openid` in it, the
   * tokens come with an identity.
   */
  readonly scope?: string | undefined;
  /** The group that the access is for. */
  readonly groupId?: bigint | undefined;
  /** `none`, `login`, `consent` or `select_account`, OpenID Connect Core section 3.1.2.1. */
  readonly prompt?: string | undefined;
  /** How many seconds ago the user may have signed in. */
  readonly maxAge?: number | undefined;
  /** The name or the e-mail address of the user, if it is known. */
  readonly loginHint?: string | undefined;
  /** What the tokens are for: registered resources (RFC 8707). */
  readonly resource?: readonly string[] | undefined;
  /** What the tokens are limited to at resources; the user is asked each time (RFC 9396). */
  readonly authorizationDetails?: readonly AuthorizationDetail[] | undefined;
  /** Sends the request to the server itself, so that no browser sees it (RFC 9126). */
  readonly pushed?: boolean | undefined;
}

/**
 * What the user's session must keep until the user comes back; plain JSON.
 *
 * @example
 * ```ts
 * import type { PendingAuthorization } from "@latchkey/sdk";
 *
 * const { pending } = await latchkey.beginAuthorization({
 *   redirectUri: "https://app.example/callback",
 * });
 * const kept: PendingAuthorization = JSON.parse(JSON.stringify(pending));
 * console.log(kept.redirectUri); // https://app.example/callback
 * ```
 */
export interface PendingAuthorization {
  readonly state: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
  /** Only if the scope has `openid`. */
  readonly nonce?: string | undefined;
  readonly maxAge?: number | undefined;
}

/**
 * A begun authorization.
 *
 * @example
 * ```ts
 * import type { BegunAuthorization } from "@latchkey/sdk";
 *
 * const begun: BegunAuthorization = await latchkey.beginAuthorization({
 *   redirectUri: "https://app.example/callback",
 * });
 * console.log(new URL(begun.url).pathname); // /oauth2/authorize
 * ```
 */
export interface BegunAuthorization {
  /** Where to send the user. */
  readonly url: string;
  readonly pending: PendingAuthorization;
}

/**
 * What a client gets to act for a user.
 *
 * @example
 * ```ts
 * import type { Tokens } from "@latchkey/sdk";
 *
 * const isStale = ({ expiresAt }: Tokens) => expiresAt.getTime() < Date.now();
 * const tokens = { accessToken: "lka_…", tokenType: "Bearer", scopes: [] } as const;
 * console.log(isStale({ ...tokens, expiresAt: new Date(0) })); // true
 * ```
 */
export interface Tokens extends Credential {
  readonly accessToken: string;
  /** `DPoP` if the token works only with the key of this client: with the option `dpop`. */
  readonly tokenType: "Bearer" | "DPoP";
  readonly expiresAt: Date;
  /** Works once: keep the one that comes with the next tokens. */
  readonly refreshToken?: string | undefined;
  readonly scopes: readonly string[];
  /** What the access token is limited to at resources, RFC 9396; only if it has such limits. */
  readonly authorizationDetails?: readonly AuthorizationDetail[] | undefined;
  /** Who signed in; only if the scope has `openid`. */
  readonly identity?: Identity | undefined;
}

/**
 * What an exchanged token shall be, RFC 8693 section 2.1.
 *
 * @example
 * ```ts
 * import type { TokenExchange } from "@latchkey/sdk";
 *
 * const request: TokenExchange = { resource: ["https://api.example/"], scope: "orders:read" };
 * console.log(request.scope); // orders:read
 * ```
 */
export interface TokenExchange {
  /** What the token is for: registered resources; those of the given token if left out. */
  readonly resource?: readonly string[] | undefined;
  /** Fewer scopes, space-separated. */
  readonly scope?: string | undefined;
  /** Fewer details than those of the given token. */
  readonly authorizationDetails?: readonly AuthorizationDetail[] | undefined;
  /** A token of the party that acts for the user; this client if left out. */
  readonly actorToken?: string | undefined;
  /** What the given token is: an access token if left out, or an ID token of this client. */
  readonly subjectTokenType?: "access_token" | "id_token" | undefined;
}

type OAuth = Client<typeof OAuthService>;

/** What the steps of an authorization need. */
export interface AuthorizationSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly oauth: OAuth;
  readonly readIdToken: ReadIdToken;
  readonly proofs: DpopProofs | undefined;
}

/** Builds the authorization request, RFC 6749 section 4.1.1. */
export async function beginAuthorization(
  { issuer, clientId, oauth, proofs }: AuthorizationSettings,
  request: AuthorizationRequest,
): Promise<BegunAuthorization> {
  const { redirectUri, scope, groupId, prompt, maxAge, loginHint, resource = [] } = request;
  const details = detailsText(request.authorizationDetails);
  const nonce = scope?.split(" ").includes("openid") === true ? randomText() : undefined;
  const pending = {
    state: randomText(),
    codeVerifier: randomText(),
    redirectUri,
    ...(nonce !== undefined && { nonce }),
    ...(maxAge !== undefined && { maxAge }),
  };
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(pending.codeVerifier),
  );
  const given = {
    response_type: "code",
    redirect_uri: redirectUri,
    state: pending.state,
    code_challenge: base64url.encode(new Uint8Array(digest)),
    code_challenge_method: "S256",
    ...(scope !== undefined && { scope }),
    ...(groupId !== undefined && { group_id: groupId.toString() }),
    ...(nonce !== undefined && { nonce }),
    ...(prompt !== undefined && { prompt }),
    ...(maxAge !== undefined && { max_age: maxAge.toString() }),
    ...(loginHint !== undefined && { login_hint: loginHint }),
    ...(details !== "" && { authorization_details: details }),
    // RFC 9449 section 10: who finds the code can't redeem it with another key.
    ...(proofs !== undefined && { dpop_jkt: await proofs.thumbprint() }),
  };
  const parameters =
    request.pushed === true
      ? { request_uri: await push(oauth, given, resource) }
      : { ...given, resource };
  const query = new URLSearchParams({ client_id: clientId });
  for (const [name, value] of Object.entries(parameters))
    for (const each of typeof value === "string" ? [value] : value) query.append(name, each);
  return { url: `${issuer}/oauth2/authorize?${query}`, pending };
}

/** Pushes the request, RFC 9126, and returns what stands for it. */
async function push(
  oauth: OAuth,
  given: Readonly<Record<string, string>>,
  resource: readonly string[],
): Promise<string> {
  const named = Object.entries(given).map(([name, value]) => [
    name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  const { requestUri } = await oauth.pushAuthorizationRequest({
    ...(Object.fromEntries(named) as Readonly<Record<string, string>>),
    resource: [...resource],
  });
  return requestUri;
}

/** Checks the response and redeems the code, RFC 6749 sections 4.1.2 and 4.1.3. */
export async function finishAuthorization(
  { issuer, oauth, readIdToken }: AuthorizationSettings,
  callback: string | URL,
  pending: PendingAuthorization,
  options?: Limits,
): Promise<Tokens> {
  const code = codeOf(issuer, new URL(callback, pending.redirectUri).searchParams, pending);
  const { codeVerifier, redirectUri, nonce, maxAge } = pending;
  const issued = await oauth.token(
    { grantType: "authorization_code", code, codeVerifier, redirectUri },
    options,
  );
  // A client that asked for an ID token must not take an answer without one.
  if (nonce !== undefined && issued.idToken === "" && issued.scope.split(" ").includes("openid"))
    throw refusal("TOKEN_INVALID", Code.Unauthenticated, "the answer has no ID token");
  return withIdentity(readIdToken, issued, { nonce, maxAge });
}

/** Returns the tokens with what their ID token says, if there is one. */
export async function withIdentity(
  readIdToken: ReadIdToken,
  issued: TokenResponse,
  expected: { readonly nonce?: string | undefined; readonly maxAge?: number | undefined } = {},
): Promise<Tokens> {
  const { idToken, accessToken } = issued;
  const tokens = toTokens(issued);
  if (idToken === "") return tokens;
  return { ...tokens, identity: await readIdToken(idToken, { accessToken, ...expected }) };
}

function codeOf(issuer: string, answer: URLSearchParams, { state }: PendingAuthorization): string {
  const wrong = (what: string): Error =>
    refusal("OAUTH_REQUEST_INVALID", Code.InvalidArgument, what);
  if (state === "" || answer.get("state") !== state)
    throw wrong("the state is not the one that this user was sent away with");
  // RFC 9207 section 2.4: an answer of another server must not be taken for one of this.
  if (answer.get("iss") !== issuer) throw wrong("the answer is not of this server");
  const error = answer.get("error");
  if (error === "access_denied")
    throw refusal("PERMISSION_DENIED", Code.PermissionDenied, "the user did not agree");
  const code = answer.get("code");
  if (error !== null || code === null) {
    const why = answer.get("error_description");
    throw wrong(`there is no code: ${error ?? "nor an error"}${why === null ? "" : `: ${why}`}`);
  }
  return code;
}

type RefreshOptions = Limits & Pick<TokenExchange, "scope" | "authorizationDetails">;

/** Redeems a refresh token, RFC 6749 section 6. */
export async function refresh(
  { oauth, readIdToken }: AuthorizationSettings,
  refreshToken: string,
  { scope = "", authorizationDetails: details, ...options }: RefreshOptions = {},
): Promise<Tokens> {
  const authorizationDetails = detailsText(details);
  const request = { grantType: "refresh_token", refreshToken, scope, authorizationDetails };
  return withIdentity(readIdToken, await oauth.token(request, options));
}

const TOKEN_TYPE = "urn:ietf:params:oauth:token-type:";

/** Exchanges a token for one for other resources, RFC 8693. */
export async function exchange(
  oauth: OAuth,
  subjectToken: string,
  {
    resource = [],
    scope = "",
    actorToken = "",
    subjectTokenType = "access_token",
    authorizationDetails: details,
    ...options
  }: TokenExchange & Limits = {},
): Promise<Tokens> {
  const request = {
    subjectToken,
    subjectTokenType: TOKEN_TYPE + subjectTokenType,
    actorToken,
    actorTokenType: actorToken === "" ? "" : `${TOKEN_TYPE}access_token`,
    resource: [...resource],
    scope,
    authorizationDetails: detailsText(details),
  };
  return toTokens({ refreshToken: "", ...(await oauth.exchangeToken(request, options)) });
}

type Issued = Pick<
  TokenResponse,
  "accessToken" | "tokenType" | "refreshToken" | "expiresIn" | "scope" | "authorizationDetails"
>;

function toTokens({
  accessToken,
  refreshToken,
  expiresIn,
  scope,
  tokenType,
  authorizationDetails: details,
}: Issued): Tokens {
  return {
    accessToken,
    tokenType: tokenType.toLowerCase() === "dpop" ? "DPoP" : "Bearer",
    expiresAt: new Date(Date.now() + expiresIn * 1000),
    scopes: scope === "" ? [] : scope.split(" "),
    ...(refreshToken !== "" && { refreshToken }),
    ...(details.length > 0 && {
      authorizationDetails: details as unknown as readonly AuthorizationDetail[],
    }),
  };
}

import type { Client } from "@connectrpc/connect";
import { Code } from "@connectrpc/connect";
import { base64url } from "jose";
import type { OAuthService, TokenResponse } from "../gen/identity/v1/oauth_pb.js";
import type { Limits } from "./calls.ts";
import { refusal } from "./errors.ts";

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
  /** Space-separated; everything that the client may ask for when left out. */
  readonly scope?: string | undefined;
  /** The group that the access is for. */
  readonly groupId?: bigint | undefined;
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
 * const isStale = (tokens: Tokens) => tokens.expiresAt.getTime() < Date.now();
 * console.log(isStale({ accessToken: "lka_…", expiresAt: new Date(0), scopes: [] })); // true
 * ```
 */
export interface Tokens {
  readonly accessToken: string;
  readonly expiresAt: Date;
  /** Works once: keep the one that comes with the next tokens. */
  readonly refreshToken?: string | undefined;
  readonly scopes: readonly string[];
}

type OAuth = Client<typeof OAuthService>;

const randomText = (): string => base64url.encode(crypto.getRandomValues(new Uint8Array(32)));

/** Builds the authorization request, RFC 6749 section 4.1.1. */
export async function beginAuthorization(
  issuer: string,
  clientId: string,
  { redirectUri, scope, groupId }: AuthorizationRequest,
): Promise<BegunAuthorization> {
  const pending = { state: randomText(), codeVerifier: randomText(), redirectUri };
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(pending.codeVerifier),
  );
  const parameters = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    state: pending.state,
    code_challenge: base64url.encode(new Uint8Array(digest)),
    code_challenge_method: "S256",
    ...(scope !== undefined && { scope }),
    ...(groupId !== undefined && { group_id: groupId.toString() }),
  });
  return { url: `${issuer}/oauth2/authorize?${parameters}`, pending };
}

/** Checks the response and redeems the code, RFC 6749 sections 4.1.2 and 4.1.3. */
export async function finishAuthorization(
  { issuer, oauth }: { readonly issuer: string; readonly oauth: OAuth },
  callback: string | URL,
  pending: PendingAuthorization,
  options?: Limits,
): Promise<Tokens> {
  const code = codeOf(issuer, new URL(callback, pending.redirectUri).searchParams, pending);
  const { codeVerifier, redirectUri } = pending;
  return toTokens(
    await oauth.token(
      { grantType: "authorization_code", code, codeVerifier, redirectUri },
      options,
    ),
  );
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

/** Redeems a refresh token, RFC 6749 section 6. */
export async function refresh(
  oauth: OAuth,
  refreshToken: string,
  { scope = "", ...options }: Limits & { readonly scope?: string | undefined } = {},
): Promise<Tokens> {
  return toTokens(await oauth.token({ grantType: "refresh_token", refreshToken, scope }, options));
}

function toTokens({ accessToken, refreshToken, expiresIn, scope }: TokenResponse): Tokens {
  const scopes = scope === "" ? [] : scope.split(" ");
  const expiresAt = new Date(Date.now() + expiresIn * 1000);
  return { accessToken, expiresAt, scopes, ...(refreshToken !== "" && { refreshToken }) };
}

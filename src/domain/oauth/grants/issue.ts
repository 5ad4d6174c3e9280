import { HOUR } from "../../durations.ts";
import { IdentityError } from "../../errors.ts";
import type { AuthorizationCode, Client, RefreshToken } from "../../model.ts";
import { hashToken, newToken, PREFIX } from "../../security/tokens.ts";
import type { NewTokens, CurrentParties } from "../store.ts";
import { admits } from "../../accounts/user-state.ts";
import { OPENID } from "../clients/scopes.ts";
import type { AuthorizationDetail } from "../details/detail.ts";
import type { Resource } from "../resources/resource.ts";
import { lifetimeFor } from "../resources/scopes-for.ts";
import type { GrantInput, IssuedTokens } from "./grant.ts";

/** The lifetime of an access token. */
export const ACCESS_TOKEN_MS = HOUR;
/** A family of refresh tokens ends 30 days after the consent, and 14 days after its last use. */
export const REFRESH_TOKEN_MS = 30 * 24 * HOUR;
const REFRESH_IDLE_MS = 14 * 24 * HOUR;

/** Returns how long the access lasts that a consent gives to the client. */
export const lifetimeOf = ({ grantTypes }: Client): number =>
  grantTypes.includes("refresh_token") ? REFRESH_TOKEN_MS : ACCESS_TOKEN_MS;

/** Creates the error of a code or a refresh token that gives nothing, RFC 6749 section 5.2. */
export const invalidGrant = (
  message = "The code or refresh_token no longer gives access to its user.",
): IdentityError => new IdentityError("GRANT_INVALID", message);

/** What a code and a refresh token pass on to the tokens that come from them. */
type TokenOrigin = Pick<
  AuthorizationCode & RefreshToken,
  "familyId" | "grantId" | "userId" | "epoch" | "api" | "groupId" | "terms"
>;

/**
 * Rejects the user of a code or a refresh token who has since been locked or deleted, has ended all
 * access, or is of another realm than the client. The user may still end all access before the
 * tokens are stored. They have the epoch of their origin, so they are invalid from the start then.
 */
export function requireLiveUser(
  { clock, realms, client }: Pick<GrantInput, "clock" | "realms" | "client">,
  origin: TokenOrigin,
  user: CurrentParties["user"],
): void {
  if (!admits(user, origin.epoch, clock.now()) || !realms.admits(client, user))
    throw invalidGrant();
}

/** Rejects a request that doesn't prove to have the key that its code or token is bound to. */
export function requireKey(
  { boundTo }: Pick<GrantInput, "boundTo">,
  { terms }: Pick<TokenOrigin, "terms">,
): void {
  if (terms?.dpopJkt !== undefined && terms.dpopJkt !== boundTo)
    throw invalidGrant("The code or refresh_token is bound to another key (RFC 9449).");
}

/** What new tokens come from and what they allow. */
interface TokenSource {
  readonly origin: TokenOrigin;
  /** The scopes of the access token. */
  readonly scopes: readonly string[];
  /** What the access token is for; none: this server. */
  readonly resources?: readonly Resource[];
  /** What the access token is limited to there. */
  readonly details?: readonly AuthorizationDetail[];
  /** Absent when the user has not agreed to a refresh token. */
  readonly refresh: { readonly scopes: readonly string[]; readonly expiresAt: number } | undefined;
}

/** What to answer the client, and what to store. */
interface Issue {
  readonly answer: IssuedTokens;
  readonly tokens: NewTokens;
}

/**
 * Makes an access token and, if client and user allow it, a refresh token of the same family and an
 * ID token.
 */
export async function issue(input: IssueInput, source: TokenSource): Promise<Issue> {
  const { answer, tokens } = await issueTokens(input, source);
  if (!source.scopes.includes(OPENID)) return { answer, tokens };
  const { userId, terms = {} } = source.origin;
  const { accessToken } = answer;
  const idToken = await input.idTokens.issue(input.client, { userId, terms, accessToken });
  return { answer: { ...answer, idToken }, tokens };
}

type IssueInput = Pick<
  GrantInput,
  "clock" | "client" | "idTokens" | "subjects" | "boundTo" | "accessTokenTexts"
>;

async function issueTokens(
  { clock, client, subjects, boundTo, accessTokenTexts }: IssueInput,
  { origin, scopes, resources = [], details = [], refresh }: TokenSource,
): Promise<Issue> {
  const now = clock.now();
  const { familyId, grantId, userId, epoch, api, groupId } = origin;
  // OpenID Connect Core section 12.2: later ID tokens have no nonce.
  const { nonce: _, ...given } = origin.terms ?? {};
  const terms = { ...given, subject: subjects.pairwiseOf(client, userId) };
  const shared = {
    familyId,
    grantId,
    userId,
    epoch,
    api,
    groupId,
    clientId: client.id,
    createdAt: now,
  };
  const lifetime = lifetimeFor(resources, ACCESS_TOKEN_MS);
  const audience = resources.length > 0 && { audience: resources.map(({ uri }) => uri) };
  const facts = {
    ...shared,
    scopes,
    terms: {
      ...terms,
      ...audience,
      authorizationDetails: details.length > 0 ? details : undefined,
      dpopJkt: boundTo,
    },
    lastUsedAt: now,
    expiresAt: now + lifetime,
  };
  const accessToken = await accessTokenTexts.make(facts, resources);
  const answer = { accessToken, lifetimeMs: lifetime, scopes, details };
  const access = { ...facts, hash: hashToken(accessToken) };
  if (refresh === undefined || !client.grantTypes.includes("refresh_token"))
    return { answer, tokens: { access } };
  const refreshToken = newToken(clock, PREFIX.refresh);
  const successor = {
    ...shared,
    // RFC 9449 section 5: a confidential client proves itself by its authentication.
    terms: { ...terms, dpopJkt: client.public ? boundTo : undefined },
    hash: hashToken(refreshToken),
    scopes: refresh.scopes,
    expiresAt: refresh.expiresAt,
    idleExpiresAt: Math.min(refresh.expiresAt, now + REFRESH_IDLE_MS),
  };
  return { answer: { ...answer, refreshToken }, tokens: { access, refresh: successor } };
}

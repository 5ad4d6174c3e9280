// Tokens that a user's agreement gives. It owns their lifetimes and how a pair is made,
// and must not know by which grant.
import type { Clock } from "../../clock.ts";
import { IdentityError } from "../../errors.ts";
import type { AuthorizationCode, Client, RefreshToken, User } from "../../model.ts";
import type { Aggregates } from "../../store.ts";
import { hashToken, newToken, PREFIX } from "../../security/tokens.ts";
import { admits } from "../../accounts/user-state.ts";
import type { Realms } from "../clients/realms.ts";
import type { IssuedTokens } from "../tokens/token-endpoint.ts";

const HOUR = 3_600_000;
/** How long an access token works. */
export const ACCESS_TOKEN_MS = HOUR;
/** A family of refresh tokens ends 30 days after the agreement, and 14 days after its last use. */
export const REFRESH_TOKEN_MS = 30 * 24 * HOUR;
const REFRESH_IDLE_MS = 14 * 24 * HOUR;

/** How long the access lasts that a user's agreement gives the client. */
export const lifetimeOf = ({ grantTypes }: Client): number =>
  grantTypes.includes("refresh_token") ? REFRESH_TOKEN_MS : ACCESS_TOKEN_MS;

/** The one answer for whatever is wrong with a code or a refresh token, RFC 6749 section 5.2. */
export const invalidGrant = (): IdentityError =>
  new IdentityError(
    "GRANT_INVALID",
    "The code or refresh token is unknown, expired, used, or was given for another client or redirect URI.",
  );

/** What both a code and a refresh token say about the tokens that come from them. */
type Origin = Pick<
  AuthorizationCode & RefreshToken,
  "familyId" | "grantId" | "userId" | "epoch" | "api" | "groupId"
>;

/**
 * Refuses what belongs to a user who has since been locked or deleted, has ended all access, or is
 * of another realm than the client.
 */
export async function requireLiveUser(
  tx: Aggregates,
  { clock, realms, client }: { clock: Clock; realms: Realms; client: Client },
  origin: Origin,
): Promise<User> {
  const user = await tx.users.find(origin.userId);
  if (!admits(user, origin.epoch, clock.now()) || !realms.admits(client, user))
    throw invalidGrant();
  return user;
}

/**
 * Makes an access token and, if the client may refresh and the user was told so, a refresh token of
 * the same family.
 */
export async function issue(
  tx: Aggregates,
  clock: Clock,
  client: Client,
  origin: Origin,
  scopes: readonly string[],
  refresh: { scopes: readonly string[]; expiresAt: number } | undefined,
): Promise<IssuedTokens> {
  const now = clock.now();
  const { familyId, grantId, userId, epoch, api, groupId } = origin;
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
  const accessToken = newToken(clock, PREFIX.access);
  await tx.tokens.insertAccess({
    ...shared,
    hash: hashToken(accessToken),
    scopes,
    lastUsedAt: now,
    expiresAt: now + ACCESS_TOKEN_MS,
  });
  if (refresh === undefined || !client.grantTypes.includes("refresh_token"))
    return { accessToken, lifetimeMs: ACCESS_TOKEN_MS, scopes };
  const refreshToken = newToken(clock, PREFIX.refresh);
  await tx.tokens.insertRefresh({
    ...shared,
    hash: hashToken(refreshToken),
    scopes: refresh.scopes,
    expiresAt: refresh.expiresAt,
    idleExpiresAt: Math.min(refresh.expiresAt, now + REFRESH_IDLE_MS),
  });
  return { accessToken, lifetimeMs: ACCESS_TOKEN_MS, refreshToken, scopes };
}

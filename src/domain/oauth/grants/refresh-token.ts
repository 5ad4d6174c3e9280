// The refresh token grant, RFC 6749 section 6, with rotation and reuse detection, RFC 9700 section
// 4.14.
import { auditEvent } from "../../audit.ts";
import { IdentityError } from "../../errors.ts";
import { hashToken } from "../../security/tokens.ts";
import { narrowScopes } from "../clients/scopes.ts";
import type { GrantHandler, IssuedTokens } from "../tokens/token-endpoint.ts";
import { invalidGrant, issue, requireLiveUser } from "./issue.ts";

export const refreshToken: GrantHandler = async ({
  store,
  clock,
  realms,
  context,
  client,
  request,
}) => {
  if (request.refreshToken === "")
    throw new IdentityError("OAUTH_REQUEST_INVALID", "refresh_token is needed.");
  const token = await store.tokens.findRefresh(hashToken(request.refreshToken));
  if (token === undefined || token.clientId !== client.id) throw invalidGrant();
  const scopes = narrowScopes(
    request.scope,
    token.scopes.filter((scope) => client.scopes.includes(scope)),
  );
  if (token.usedAt === undefined && token.idleExpiresAt <= clock.now()) throw invalidGrant();
  const tokens = await store.transaction(async (tx): Promise<IssuedTokens | undefined> => {
    if (!(await tx.tokens.rotateRefresh(token.hash, clock.now()))) return undefined;
    await requireLiveUser(tx, { clock, realms, client }, token);
    // Fewer scopes now are fewer in this access token only; the family keeps what was agreed to.
    return issue(tx, clock, client, token, scopes, {
      scopes: token.scopes,
      expiresAt: token.expiresAt,
    });
  });
  if (tokens !== undefined) return tokens;
  // Somebody has used this one before: one of the two is a thief, so the whole family ends.
  await store.tokens.deleteFamily(token.familyId);
  await store.audit.append(
    auditEvent(clock, context, "refresh_token.reuse", {
      succeeded: false,
      userId: token.userId,
      clientId: client.id,
    }),
  );
  throw invalidGrant();
};

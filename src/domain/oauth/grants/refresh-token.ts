import { auditEvent } from "../../audit.ts";
import { IdentityError } from "../../errors.ts";
import { narrowScopes, requireGranted } from "../clients/scopes.ts";
import { scopeNamesOf } from "../resources/targets.ts";
import { type GrantHandler, narrowTargets } from "./grant.ts";
import { invalidGrant, issue, requireKey, requireLiveUser } from "./issue.ts";

const UNKNOWN = "refresh_token is unknown, expired or used, or was given to another client.";

/**
 * The refresh token grant, RFC 6749 section 6, with rotation and reuse detection as of RFC 9700
 * section 4.14.
 */
export const refreshToken: GrantHandler = async (input) => {
  const { store, clock, context, client, request, shown, keep } = input;
  if (request.refreshToken === "")
    throw new IdentityError("OAUTH_REQUEST_INVALID", "refresh_token is required.");
  const { token, user } = shown.refresh ?? {};
  if (token === undefined || token.clientId !== client.id) throw invalidGrant(UNKNOWN);
  requireKey(input, token);
  const { resources, details } = await narrowTargets(input, token.terms);
  const known = [...client.scopes, ...scopeNamesOf(resources)];
  requireGranted(request.scope, token.scopes, known);
  const scopes = narrowScopes(
    request.scope,
    token.scopes.filter((scope) => known.includes(scope)),
  );
  if (token.usedAt === undefined) {
    if (token.idleExpiresAt <= clock.now()) throw invalidGrant(UNKNOWN);
    requireLiveUser(input, token, user);
    // Fewer scopes hold for this access token only. The family keeps what the user agreed to.
    const { answer, tokens } = await issue(input, {
      origin: token,
      scopes,
      resources,
      details,
      refresh: { scopes: token.scopes, expiresAt: token.expiresAt },
    });
    // One statement decides which of several requests is first.
    const kept = keep ? { ...tokens, answer: keep.answer(answer) } : tokens;
    if (await store.tokens.rotateRefresh(token.hash, clock.now(), kept)) return answer;
  }
  // The client asks again with its key: no reuse.
  const earlier = await keep?.earlier();
  if (earlier !== undefined) return earlier;
  // The token was used before, so one of the two requests is a thief's. The whole family ends.
  await store.tokens.deleteFamily(token.familyId);
  await store.audit.append(
    auditEvent(clock, context, "refresh_token.reuse", {
      succeeded: false,
      userId: token.userId,
      clientId: client.id,
    }),
  );
  throw invalidGrant(UNKNOWN);
};

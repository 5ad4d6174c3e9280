import { hashToken, newToken, PREFIX } from "../../security/tokens.ts";
import { clientScopesOf, isClientScope, narrowScopes } from "../clients/scopes.ts";
import type { GrantHandler } from "./grant.ts";
import { ACCESS_TOKEN_MS } from "./issue.ts";

/**
 * The client credentials grant, RFC 6749 section 4.4. The client acts for itself and gets no
 * refresh token (section 4.4.3).
 */
export const clientCredentials: GrantHandler = async ({
  store,
  clock,
  client,
  request,
  boundTo,
}) => {
  const scopes = narrowScopes(
    request.scope,
    clientScopesOf(client.scopes),
    client.scopes.filter(isClientScope),
  );
  const accessToken = newToken(clock, PREFIX.access);
  const now = clock.now();
  await store.tokens.insertAccess({
    hash: hashToken(accessToken),
    clientId: client.id,
    epoch: 0,
    api: "identity",
    scopes,
    groupId: 0n,
    terms: boundTo === undefined ? undefined : { dpopJkt: boundTo },
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + ACCESS_TOKEN_MS,
  });
  return { accessToken, lifetimeMs: ACCESS_TOKEN_MS, scopes };
};

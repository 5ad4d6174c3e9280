import { IdentityError } from "../../errors.ts";
import { hashToken } from "../../security/tokens.ts";
import { clientScopesOf, isClientScope, narrowScopes } from "../clients/scopes.ts";
import { requestedTargets } from "../details/requested-targets.ts";
import type { Resource } from "../resources/resource.ts";
import { lifetimeFor } from "../resources/scopes-for.ts";
import { scopeNamesOf } from "../resources/targets.ts";
import type { TokenClient } from "../store.ts";
import type { GrantHandler } from "./grant.ts";
import { ACCESS_TOKEN_MS } from "./issue.ts";

/**
 * The client credentials grant, RFC 6749 section 4.4. The client acts for itself and gets no
 * refresh token (section 4.4.3).
 */
export const clientCredentials: GrantHandler = async (input) => {
  const { store, clock, client, request, boundTo, resourceTargets, accessTokenTexts } = input;
  const { resources, details } = await requestedTargets(resourceTargets, { client, ...request });
  requireMachineClient(client.id, resources);
  const scopes =
    details.length > 0 && request.scope === "" ? [] : scopesOf(client, request.scope, resources);
  const now = clock.now();
  const lifetimeMs = lifetimeFor(resources, ACCESS_TOKEN_MS);
  const facts = {
    clientId: client.id,
    epoch: 0,
    api: "identity",
    scopes,
    groupId: 0n,
    terms: {
      ...(resources.length > 0 && { audience: resources.map(({ uri }) => uri) }),
      ...(details.length > 0 && { authorizationDetails: details }),
      ...(boundTo !== undefined && { dpopJkt: boundTo }),
    },
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + lifetimeMs,
  };
  const accessToken = await accessTokenTexts.make(facts, resources);
  await store.tokens.insertAccess({ ...facts, hash: hashToken(accessToken) });
  return { accessToken, lifetimeMs, scopes, details };
};

const scopesOf = (
  { scopes }: Pick<TokenClient, "scopes">,
  asked: string,
  resources: readonly Resource[],
): readonly string[] =>
  resources.length > 0
    ? narrowScopes(asked, scopeNamesOf(resources))
    : narrowScopes(asked, clientScopesOf(scopes), scopes.filter(isClientScope));

/** Rejects a resource that no administrator has opened for the client. */
export function requireMachineClient(clientId: string, resources: readonly Resource[]): void {
  const closed = resources.find(({ machineClients }) => !machineClients.includes(clientId));
  if (closed !== undefined)
    throw new IdentityError(
      "TARGET_INVALID",
      `resource names ${closed.uri}, which doesn't name this client among its machine_clients.`,
    );
}

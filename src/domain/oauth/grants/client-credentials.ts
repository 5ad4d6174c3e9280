import { IdentityError } from "../../errors.ts";
import { hashToken } from "../../security/tokens.ts";
import { clientScopesOf, isClientScope, narrowScopes } from "../clients/scopes.ts";
import type { Resource } from "../resources/resource.ts";
import { lifetimeFor } from "../resources/scopes-for.ts";
import { scopeNamesOf } from "../resources/targets.ts";
import type { GrantHandler } from "./grant.ts";
import { ACCESS_TOKEN_MS } from "./issue.ts";

/**
 * The client credentials grant, RFC 6749 section 4.4. The client acts for itself and gets no
 * refresh token (section 4.4.3).
 */
export const clientCredentials: GrantHandler = async (input) => {
  const { store, clock, client, request, boundTo, resourceTargets, accessTokenTexts } = input;
  const resources = await resourceTargets.resolve(request.resource);
  requireMachineClient(client.id, resources);
  const allowed = scopeNamesOf(resources);
  const scopes =
    resources.length > 0
      ? narrowScopes(request.scope, allowed)
      : narrowScopes(
          request.scope,
          clientScopesOf(client.scopes),
          client.scopes.filter(isClientScope),
        );
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
      ...(boundTo !== undefined && { dpopJkt: boundTo }),
    },
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + lifetimeMs,
  };
  const accessToken = await accessTokenTexts.make(facts, resources);
  await store.tokens.insertAccess({ ...facts, hash: hashToken(accessToken) });
  return { accessToken, lifetimeMs, scopes };
};

/** Rejects a resource that no administrator has opened for the client. */
export function requireMachineClient(clientId: string, resources: readonly Resource[]): void {
  const closed = resources.find(({ machineClients }) => !machineClients.includes(clientId));
  if (closed !== undefined)
    throw new IdentityError(
      "TARGET_INVALID",
      `resource names ${closed.uri}, which doesn't name this client among its machine_clients.`,
    );
}

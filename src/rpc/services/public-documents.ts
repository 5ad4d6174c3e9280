import { create, type DescMethod, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import {
  GetJwksResponseSchema,
  GetMetadataResponseSchema,
  OAuthService,
} from "../../../gen/identity/v1/oauth_pb.ts";
import type { ResourceTargets } from "../../domain/oauth/resources/targets.ts";
import type { PublicJwk, SigningKeys } from "../../domain/oauth/tokens/signing-keys.ts";

/**
 * Returns the responses that are in memory: metadata, and the public keys unless they must be read
 * again. The same object is the same response.
 */
export function publicDocuments(
  metadata: MessageInitShape<typeof GetMetadataResponseSchema>,
  signingKeys: Pick<SigningKeys, "publicKeysInMemory">,
  resourceTargets: Pick<ResourceTargets, "scopeNamesInMemory">,
): (method: DescMethod) => Message | undefined {
  const { getMetadata, getJwks } = OAuthService.method;
  let lastMetadata: { names: readonly string[]; response: Message } | undefined;
  const metadataResponse = (): Message | undefined => {
    const names = resourceTargets.scopeNamesInMemory;
    if (names === undefined) return undefined;
    if (lastMetadata?.names !== names) {
      const response = create(GetMetadataResponseSchema, withScopes(metadata, names));
      lastMetadata = { names, response };
    }
    return lastMetadata.response;
  };
  let last: { keys: readonly PublicJwk[]; response: Message } | undefined;
  const keysResponse = (): Message | undefined => {
    const keys = signingKeys.publicKeysInMemory;
    if (keys === undefined) return undefined;
    if (last?.keys !== keys)
      last = { keys, response: create(GetJwksResponseSchema, { keys: [...keys] }) };
    return last.response;
  };
  return (method) =>
    method === getMetadata ? metadataResponse() : method === getJwks ? keysResponse() : undefined;
}

/** Adds the scopes of resources to the metadata. */
export const withScopes = (
  metadata: MessageInitShape<typeof GetMetadataResponseSchema>,
  names: readonly string[],
): MessageInitShape<typeof GetMetadataResponseSchema> => ({
  ...metadata,
  scopesSupported: [...(metadata.scopesSupported ?? []), ...names],
});

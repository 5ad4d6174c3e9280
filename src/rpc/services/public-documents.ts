import { create, type DescMethod, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import {
  GetJwksResponseSchema,
  GetMetadataResponseSchema,
  OAuthService,
} from "../../../gen/identity/v1/oauth_pb.ts";
import type { Offered, ResourceTargets } from "../../domain/oauth/resources/targets.ts";
import type { PublicJwk, SigningKeys } from "../../domain/oauth/tokens/signing-keys.ts";

/**
 * Returns the responses that are in memory: metadata, and the public keys unless they must be read
 * again. The same object is the same response.
 */
export function publicDocuments(
  metadata: MessageInitShape<typeof GetMetadataResponseSchema>,
  signingKeys: Pick<SigningKeys, "publicKeysInMemory">,
  resourceTargets: Pick<ResourceTargets, "offeredInMemory">,
): (method: DescMethod) => Message | undefined {
  const { getMetadata, getJwks } = OAuthService.method;
  let lastMetadata: { offered: Offered; response: Message } | undefined;
  const metadataResponse = (): Message | undefined => {
    const offered = resourceTargets.offeredInMemory;
    if (offered === undefined) return undefined;
    if (lastMetadata?.offered !== offered) {
      const response = create(GetMetadataResponseSchema, withOffered(metadata, offered));
      lastMetadata = { offered, response };
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

/** Adds the scopes and the types of details of resources to the metadata. */
export const withOffered = (
  metadata: MessageInitShape<typeof GetMetadataResponseSchema>,
  { scopes, detailTypes }: Offered,
): MessageInitShape<typeof GetMetadataResponseSchema> => ({
  ...metadata,
  scopesSupported: [...(metadata.scopesSupported ?? []), ...scopes],
  authorizationDetailsTypesSupported: [...detailTypes],
});

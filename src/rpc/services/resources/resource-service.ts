import { type MessageInitShape, type MessageShape } from "@bufbuild/protobuf";
import { durationFromMs, durationMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type ResourceSchema,
  type ResourceScopeSchema,
  ResourceService,
  TokenFormat,
} from "../../../../gen/identity/v1/resource_pb.ts";
import { DEFAULT_TOKEN_LIFETIME_MS } from "../../../domain/oauth/resources/check-resource.ts";
import type { Resource, ResourceScope } from "../../../domain/oauth/resources/resource.ts";
import type { Resources } from "../../../domain/oauth/resources/resources.ts";
import { bind, type ServiceBinding } from "../../call.ts";
import { maskedFields } from "../field-mask.ts";
import { detailTypeOf, toDetailType } from "./detail-type-messages.ts";
import { requireId } from "../require-id.ts";

/** The parts of the domain that the service calls. */
export interface ResourceServiceDependencies {
  readonly resources: Resources;
}

const toResource = (resource: Resource): MessageInitShape<typeof ResourceSchema> => ({
  id: resource.id,
  uri: resource.uri,
  name: resource.name,
  scopes: resource.scopes.map(({ name, texts }) => ({
    name,
    text: texts.en,
    textRu: texts.ru,
    textZh: texts.zh,
  })),
  tokenFormat: resource.tokenFormat === "jwt" ? TokenFormat.JWT : TokenFormat.OPAQUE,
  tokenLifetime: durationFromMs(resource.tokenLifetimeMs),
  introspectors: [...resource.introspectors],
  machineClients: [...resource.machineClients],
  detailTypes: resource.detailTypes.map(toDetailType),
  createTime: timestampFromMs(resource.createdAt),
  updateTime: timestampFromMs(resource.updatedAt),
});

const scopesOf = (
  scopes: readonly MessageShape<typeof ResourceScopeSchema>[],
): readonly ResourceScope[] =>
  scopes.map(({ name, text, textRu, textZh }) => ({
    name,
    texts: { en: text, ru: textRu, zh: textZh },
  }));

const formatOf = (format: TokenFormat): Resource["tokenFormat"] =>
  format === TokenFormat.JWT ? "jwt" : "opaque";

export const resourceService = ({ resources }: ResourceServiceDependencies): ServiceBinding =>
  bind(ResourceService, {
    createResource: async ({ resource }, call) => {
      const {
        uri = "",
        name = "",
        scopes = [],
        tokenFormat = TokenFormat.UNSPECIFIED,
        tokenLifetime,
        introspectors = [],
        machineClients = [],
        detailTypes = [],
      } = resource ?? {};
      const made = await resources.create(call, {
        uri,
        name,
        scopes: scopesOf(scopes),
        tokenFormat: formatOf(tokenFormat),
        ...(tokenLifetime && { tokenLifetimeMs: durationMs(tokenLifetime) }),
        introspectors,
        machineClients,
        detailTypes: detailTypes.map(detailTypeOf),
      });
      return { resource: toResource(made) };
    },
    getResource: async ({ resourceId }, call) => ({
      resource: toResource(await resources.get(call, resourceId)),
    }),
    listResources: async (_, call) => ({
      resources: (await resources.list(call)).map(toResource),
    }),
    updateResource: async ({ resource, updateMask }, call) => {
      const {
        id = "",
        name = "",
        scopes = [],
        tokenFormat = TokenFormat.UNSPECIFIED,
        tokenLifetime,
        introspectors = [],
        machineClients = [],
        detailTypes: types = [],
      } = resource ?? {};
      const fields = maskedFields(updateMask, {
        name,
        scopes,
        token_format: tokenFormat === TokenFormat.UNSPECIFIED ? undefined : tokenFormat,
        token_lifetime: tokenLifetime,
        introspectors,
        machine_clients: machineClients,
        detail_types: types,
      });
      const changed = await resources.update(call, requireId(id, "resource.id"), {
        ...(fields.has("name") && { name }),
        ...(fields.has("scopes") && { scopes: scopesOf(scopes) }),
        ...(fields.has("token_format") && { tokenFormat: formatOf(tokenFormat) }),
        ...(fields.has("token_lifetime") && {
          tokenLifetimeMs:
            tokenLifetime === undefined ? DEFAULT_TOKEN_LIFETIME_MS : durationMs(tokenLifetime),
        }),
        ...(fields.has("introspectors") && { introspectors }),
        ...(fields.has("machine_clients") && { machineClients }),
        ...(fields.has("detail_types") && { detailTypes: types.map(detailTypeOf) }),
      });
      return { resource: toResource(changed) };
    },
    deleteResource: async ({ resourceId }, call) => {
      await resources.delete(call, resourceId);
      return {};
    },
  });

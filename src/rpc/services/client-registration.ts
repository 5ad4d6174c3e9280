// The calls of clients that register themselves, RFC 7591 and RFC 7592.
import { fromJson, getOption, type JsonObject, toJson } from "@bufbuild/protobuf";
import { durationMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { http } from "../../../gen/google/api/annotations_pb.ts";
import { OAuthService } from "../../../gen/identity/v1/oauth_pb.ts";
import {
  type RegisteredClient,
  RegisteredClientSchema,
} from "../../../gen/identity/v1/registration_pb.ts";
import { DAY } from "../../domain/durations.ts";
import { invalidField } from "../../domain/errors.ts";
import {
  fromClientMetadata,
  SETTINGS_MEMBERS,
  toClientMetadata,
} from "../../domain/oauth/clients/settings/metadata.ts";
import type {
  ClientRegistrations,
  RegistrationChange,
  SelfRegisteredClient,
} from "../../domain/oauth/registration/client-registrations.ts";
import type { Call, Implementation } from "../call.ts";

/** What only the server says, RFC 7592 section 2.2. */
const OUTPUT_ONLY = [
  "registration_access_token",
  "registration_client_uri",
  "client_secret_expires_at",
  "client_id_issued_at",
] as const;

const isGiven = (value: unknown): boolean => value !== undefined && value !== "";

/** Returns where clients register. */
export function registrationEndpoint(issuer: string): string {
  const { pattern } = getOption(OAuthService.method.registerClient, http);
  return issuer + (typeof pattern.value === "string" ? pattern.value : "");
}

/** Returns a client as JSON, with the names of RFC 7591. */
const metadataOf = (client: RegisteredClient | undefined): JsonObject =>
  client === undefined
    ? {}
    : (toJson(RegisteredClientSchema, client, { useProtoFieldName: true }) as JsonObject);

/** Converts what a client asks for. An empty text is an absent one. */
function toRequest(client: RegisteredClient | undefined): RegistrationChange {
  const { jwks } = client ?? {};
  if (jwks !== undefined && !Array.isArray(jwks["keys"]))
    throw invalidField("jwks", "must have a list of keys");
  const metadata = metadataOf(client);
  return {
    clientId: client?.clientId ?? "",
    clientSecret: client?.clientSecret ?? "",
    name: client?.clientName ?? "",
    redirectUris: client?.redirectUris ?? [],
    grantTypes: client?.grantTypes ?? [],
    responseTypes: client?.responseTypes ?? [],
    scope: client?.scope ?? "",
    softwareStatement: client?.softwareStatement ?? "",
    settings: fromClientMetadata(
      Object.fromEntries(
        SETTINGS_MEMBERS.filter((name) => isGiven(metadata[name])).map((name) => [
          name,
          metadata[name],
        ]),
      ),
    ),
  };
}

/** Converts a registration to its client information, RFC 7591 section 3.2.1. */
function toInformation(
  { client, secret, registrationToken }: SelfRegisteredClient,
  issuer: string,
): RegisteredClient {
  const information = {
    client_id: client.id,
    ...(secret !== "" && { client_secret: secret, client_secret_expires_at: 0 }),
    client_id_issued_at: Math.floor(client.createdAt / 1000),
    registration_access_token: registrationToken,
    registration_client_uri: `${registrationEndpoint(issuer)}/${client.id}`,
    redirect_uris: client.redirectUris,
    grant_types: client.grantTypes,
    response_types: client.grantTypes.includes("authorization_code") ? ["code"] : [],
    client_name: client.name,
    scope: client.scopes.join(" "),
    ...toClientMetadata(client.settings),
  };
  return fromJson(RegisteredClientSchema, information as unknown as JsonObject);
}

/** Returns the methods of the registration. */
export function registrationMethods(registrations: ClientRegistrations, issuer: string) {
  const headerOf = (call: Call): string => call.arrival.header("authorization") ?? "";
  return {
    registerClient: async ({ client }, call) => {
      const made = await registrations.register(call, headerOf(call), toRequest(client));
      return { client: toInformation(made, issuer) };
    },
    getClientRegistration: async ({ clientId }, call) => {
      const found = await registrations.read(headerOf(call), clientId);
      return { client: toInformation(found, issuer) };
    },
    updateClientRegistration: async ({ clientId, client }, call) => {
      const metadata = metadataOf(client);
      const wrong = OUTPUT_ONLY.find((name) => metadata[name] !== undefined);
      if (wrong !== undefined) throw invalidField(wrong, "must not be in the request");
      const change = toRequest(client);
      const changed = await registrations.replace(call, headerOf(call), clientId, change);
      return { client: toInformation(changed, issuer) };
    },
    deleteClientRegistration: async ({ clientId }, call) => {
      await registrations.remove(call, headerOf(call), clientId);
      return {};
    },
    createRegistrationToken: async ({ uses, lifetime }, call) => {
      const lifetimeMs = lifetime === undefined ? DAY : durationMs(lifetime);
      const { token, expiresAt } = await registrations.makeToken(call, uses || 1, lifetimeMs);
      return { token, expireTime: timestampFromMs(expiresAt) };
    },
  } satisfies Partial<Implementation<typeof OAuthService>>;
}

import { create } from "@bufbuild/protobuf";
import { durationMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ClientType, OAuthService } from "../../../gen/identity/v1/oauth_pb.ts";
import { SubjectIdentifierSchema } from "../../../gen/identity/v1/user_tokens_pb.ts";
import type { Consents } from "../../domain/oauth/tokens/consents.ts";
import type { TokenIntrospection } from "../../domain/oauth/tokens/introspection.ts";
import type { TokenRevocation } from "../../domain/oauth/tokens/revocation.ts";
import type { UserTokens } from "../../domain/oauth/tokens/user-tokens.ts";
import type * as authorization from "../../domain/oauth/authorization/authorization-service.ts";
import { withQuery } from "../../domain/oauth/authorization/client-answer.ts";
import type { ClientCredentials } from "../../domain/oauth/clients/client-authentication.ts";
import type { ClientAdministration } from "../../domain/oauth/clients/client-administration.ts";
import type { ClientList } from "../../domain/oauth/clients/client-list.ts";
import type { ClientUsage } from "../../domain/oauth/clients/client-usage.ts";
import type { ClientRegistrations } from "../../domain/oauth/registration/client-registrations.ts";
import type { Clients } from "../../domain/oauth/clients/clients.ts";
import type { DeviceAuthorizations } from "../../domain/oauth/device/device-authorizations.ts";
import type { ResourceTargets } from "../../domain/oauth/resources/targets.ts";
import type { ClientDocuments } from "../../domain/oauth/documents/client-documents.ts";
import type { PushedRequests } from "../../domain/oauth/pushed/pushed-requests.ts";
import type { TokenEndpoint } from "../../domain/oauth/tokens/token-endpoint.ts";
import type { SigningKeys } from "../../domain/oauth/tokens/signing-keys.ts";
import type { UserInfo } from "../../domain/oauth/openid/user-info.ts";
import type { ServiceBinding, Call } from "../call.ts";
import { bind } from "../call.ts";
import { fromClientSettings } from "./client-settings.ts";
import { clientChangeOf } from "./client-change.ts";
import { registrationEndpoint, registrationMethods } from "./client-registration.ts";
import { clientQueryOf } from "./client-list-request.ts";
import { msOrNone, toClient, toGrant } from "./messages.ts";
import { detailsOf, toIntrospection, toMetadata } from "./oauth-messages.ts";
import { publicDocuments, withOffered } from "./public-documents.ts";
import { toParameters } from "./pushed-request.ts";
import { toStartedDevice } from "./resources/device-messages.ts";
import { exchangeOf, toExchanged } from "./resources/token-exchange-messages.ts";
import { requireId } from "./require-id.ts";
import { userInfoMethod } from "./user-info.ts";

/** The parts of the domain that the service calls. */
export interface OAuthServiceDependencies {
  readonly clients: Clients;
  readonly clientRegistrations: ClientRegistrations;
  readonly clientAdministration: ClientAdministration;
  readonly clientList: ClientList;
  readonly clientUsage: ClientUsage;
  readonly authorizationService: authorization.AuthorizationService;
  readonly clientDocuments: Pick<ClientDocuments, "areRead">;
  readonly pushedRequests: PushedRequests;
  readonly tokenEndpoint: TokenEndpoint;
  readonly consents: Consents;
  readonly introspection: TokenIntrospection;
  readonly revocation: TokenRevocation;
  readonly userTokens: UserTokens;
  readonly userInfo: UserInfo;
  readonly signingKeys: SigningKeys;
  readonly resourceTargets: ResourceTargets;
  readonly deviceAuthorizations: DeviceAuthorizations;
  readonly issuer: string;
}

/** Reads the client's credentials, RFC 6749 section 2.3, from header and body. */
const credentialsOf = (
  {
    clientId,
    clientSecret,
    clientAssertionType,
    clientAssertion,
  }: Required<Omit<ClientCredentials, "authorization">>,
  call: Call,
): ClientCredentials => ({
  authorization: call.arrival.header("authorization") ?? "",
  clientId,
  clientSecret,
  clientAssertionType,
  clientAssertion,
});

export function oauthService({
  clients,
  clientRegistrations,
  clientAdministration,
  clientList,
  clientUsage,
  authorizationService,
  clientDocuments,
  pushedRequests,
  tokenEndpoint,
  consents,
  introspection,
  revocation,
  userTokens,
  userInfo,
  signingKeys,
  resourceTargets,
  deviceAuthorizations,
  issuer,
}: OAuthServiceDependencies): ServiceBinding {
  const metadata = {
    ...toMetadata(issuer),
    ...(clientDocuments.areRead && { clientIdMetadataDocumentSupported: true }),
    registrationEndpoint: clientRegistrations.isOn ? registrationEndpoint(issuer) : "",
  };
  const binding = bind(OAuthService, {
    ...registrationMethods(clientRegistrations, issuer),
    createClient: async ({ client }, call) => {
      const {
        name = "",
        ownerId = "",
        type,
        grantTypes = [],
        scopes = [],
        redirectUris = [],
        apis = [],
        allowedOrigins = [],
        pkceOptional = false,
        settings,
      } = client ?? {};
      const owner = ownerId === "" ? undefined : ownerId;
      const made = await clients.create(call, {
        name,
        ownerId: owner,
        public: type === ClientType.PUBLIC,
        grantTypes,
        scopes,
        redirectUris,
        apis,
        allowedOrigins,
        pkceOptional,
        settings: fromClientSettings(settings),
      });
      return { client: toClient(made.client), clientSecret: made.secret };
    },
    getClient: async ({ clientId }, call) => ({
      client: toClient(await clients.get(call, clientId)),
    }),
    listClients: async (request) => {
      const { items, nextPageToken, total } = await clientList.counted(
        clientQueryOf(request),
        request,
      );
      return { clients: items.map(toClient), nextPageToken, totalSize: total };
    },
    updateClient: async ({ client, updateMask }, call) => {
      const change = clientChangeOf(client, updateMask);
      const id = requireId(client?.id ?? "", "client.id");
      return { client: toClient(await clients.update(call, id, change)) };
    },
    deleteClient: async ({ clientId }, call) => {
      await clients.delete(call, clientId);
      return {};
    },
    verifyClient: async ({ clientId, clientUpdateTime }, call) => ({
      client: toClient(
        await clientAdministration.verify(call, clientId, msOrNone(clientUpdateTime)),
      ),
    }),
    unverifyClient: async ({ clientId }, call) => ({
      client: toClient(await clientAdministration.unverify(call, clientId)),
    }),
    disableClient: async ({ clientId, reason }, call) => ({
      client: toClient(await clientAdministration.disable(call, clientId, reason)),
    }),
    enableClient: async ({ clientId }, call) => ({
      client: toClient(await clientAdministration.enable(call, clientId)),
    }),
    endClientTokens: async ({ clientId }, call) => {
      await clientUsage.end(call, clientId);
      return {};
    },
    rotateClientSecret: async ({ clientId, overlap }, call) => {
      const made = await clients.rotateSecret(
        call,
        clientId,
        overlap === undefined ? 0 : durationMs(overlap),
      );
      return { client: toClient(made.client), clientSecret: made.secret };
    },
    authorize: async (request, call) => {
      const { code, redirectUri, parameters, expiresAt } = await authorizationService.agree(
        call,
        await authorizationService.read(call, request, msOrNone(request.clientUpdateTime)),
      );
      return {
        code,
        redirectUri: withQuery(redirectUri, parameters),
        state: request.state,
        expireTime: timestampFromMs(expiresAt),
      };
    },
    pushAuthorizationRequest: async (request, call) => {
      const { requestUri, lifetimeMs } = await pushedRequests.push(call, {
        credentials: credentialsOf(request, call),
        pairs: toParameters(request),
        proof: call.proof,
      });
      return { requestUri, expiresIn: Math.floor(lifetimeMs / 1000) };
    },
    startDeviceAuthorization: async (request, call) =>
      toStartedDevice(
        await deviceAuthorizations.start(call, credentialsOf(request, call), request),
      ),
    listGrants: async (request) => {
      const page = await consents.list(requireId(request.userId, "user_id"), request);
      return { grants: page.items.map(toGrant), nextPageToken: page.nextPageToken };
    },
    revokeGrant: async ({ grantId }, call) => {
      await consents.revoke(call, grantId);
      return {};
    },
    token: async (request, call) => {
      const asked = { ...request, proof: call.proof };
      const issued = await tokenEndpoint.token(call, credentialsOf(request, call), asked);
      return {
        accessToken: issued.accessToken,
        tokenType: issued.boundTo === undefined ? "Bearer" : "DPoP",
        expiresIn: Math.floor(issued.lifetimeMs / 1000),
        refreshToken: issued.refreshToken ?? "",
        scope: issued.scopes.join(" "),
        idToken: issued.idToken ?? "",
        issuedTokenType: issued.issuedTokenType ?? "",
        authorizationDetails: detailsOf(issued.details),
      };
    },
    exchangeToken: async (request, call) => {
      const credentials = credentialsOf(request, call);
      const asked = { ...exchangeOf(request), proof: call.proof };
      return toExchanged(await tokenEndpoint.token(call, credentials, asked));
    },
    revoke: async (request, call) => {
      await revocation.revoke(call, credentialsOf(request, call), request.token);
      return {};
    },
    revokeUserTokens: async ({ subId }, call) => {
      await userTokens.revoke(call, subId ?? create(SubjectIdentifierSchema));
      return {};
    },
    introspect: async (request, call) =>
      toIntrospection(
        await introspection.introspect(call, credentialsOf(request, call), request.token),
        issuer,
      ),
    ...userInfoMethod(userInfo),
    getMetadata: async () => withOffered(metadata, await resourceTargets.offered()),
    getJwks: async () => ({ keys: [...(await signingKeys.publicKeys())] }),
  });
  return { ...binding, inMemory: publicDocuments(metadata, signingKeys, resourceTargets) };
}

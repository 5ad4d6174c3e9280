// Runs in a page of another origin: the clients that applications in browsers use.
import { createClient, ConnectError } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { GrpcWebFetchTransport } from "@protobuf-ts/grpcweb-transport";
import { MessageType, ScalarType } from "@protobuf-ts/runtime";
import { RpcError, type UnaryCall } from "@protobuf-ts/runtime-rpc";
import { GrpcWebClientBase, MethodDescriptor, MethodType, RpcError as WebError } from "grpc-web";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  GetUserRequestSchema,
  GetUserResponseSchema,
  UserService,
} from "../../gen/identity/v1/user_pb.ts";
import { createLatchkey } from "../../sdk/src/index.ts";

/** What the page is given. */
export interface Given {
  readonly base: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** Where the browser came back, and the verifier of its code; one for each library. */
  readonly codes: readonly { readonly location: string; readonly verifier: string }[];
  readonly token: string;
}

const OPTIONS = { [oauth.allowInsecureRequests]: true };

/** The name that a call with a token answers, and the error of a call without one. */
type Told = readonly [name: string | undefined, error: string];

const told = async (
  call: (headers: Record<string, string>) => Promise<string | undefined>,
  token: string,
): Promise<Told> => [
  await call({ authorization: `Bearer ${token}` }),
  await call({}).then(
    () => "no error",
    (error: unknown) => {
      if (error instanceof ConnectError) return `${error.code}`;
      if (error instanceof RpcError) return error.code;
      if (error instanceof WebError) return `${error.code}`;
      return String(error);
    },
  ),
];

async function withConnect({ base, token }: Given, kind: "connect" | "get" | "grpc-web" | "json") {
  const transport =
    kind === "grpc-web"
      ? createGrpcWebTransport({ baseUrl: base, defaultTimeoutMs: 5000 })
      : createConnectTransport({
          baseUrl: base,
          defaultTimeoutMs: 5000,
          useHttpGet: kind === "get",
          useBinaryFormat: kind !== "json",
        });
  const users = createClient(UserService, transport);
  return told(
    async (headers) => (await users.getUser({ userId: "me" }, { headers })).user?.username,
    token,
  );
}

const User = new MessageType<{ id: string; username: string }>("identity.v1.User", [
  { no: 1, name: "id", kind: "scalar", T: ScalarType.STRING },
  { no: 3, name: "username", kind: "scalar", T: ScalarType.STRING },
]);
const Request = new MessageType<{ userId: string }>("identity.v1.GetUserRequest", [
  { no: 1, name: "user_id", kind: "scalar", T: ScalarType.STRING },
]);
const Answer = new MessageType<{ user?: { username: string } }>("identity.v1.GetUserResponse", [
  { no: 1, name: "user", kind: "message", T: () => User },
]);

function withProtobufTs({ base, token }: Given, format: "text" | "binary"): Promise<Told> {
  const transport = new GrpcWebFetchTransport({ baseUrl: base, format, timeout: 5000 });
  const method = {
    service: { typeName: "identity.v1.UserService", methods: [], options: {} },
    name: "GetUser",
    localName: "getUser",
    I: Request,
    O: Answer,
    options: {},
    serverStreaming: false,
    clientStreaming: false,
    idempotency: undefined,
  } as const;
  return told(async (meta) => {
    const call: UnaryCall<{ userId: string }, { user?: { username: string } }> = transport.unary(
      method as never,
      { userId: "me" },
      transport.mergeOptions({ meta }),
    ) as never;
    return (await call.response).user?.username;
  }, token);
}

function withGrpcWeb({ base, token }: Given, format: "text" | "binary"): Promise<Told> {
  const client = new GrpcWebClientBase({ format });
  const method = new MethodDescriptor(
    "/identity.v1.UserService/GetUser",
    MethodType.UNARY,
    Object as never,
    Object as never,
    (message: never) => toBinary(GetUserRequestSchema, message),
    (bytes: Uint8Array) => fromBinary(GetUserResponseSchema, bytes),
  );
  return told(async (headers) => {
    const answer: { user?: { username: string } } = (await client.unaryCall(
      `${base}/identity.v1.UserService/GetUser`,
      { $typeName: "identity.v1.GetUserRequest", userId: "me" } as never,
      headers,
      method as never,
    )) as never;
    return answer.user?.username;
  }, token);
}

async function withSdk({ base, clientId, token }: Given): Promise<Told> {
  const latchkey = createLatchkey({ baseUrl: base, clientId, retries: 0 });
  return told(async ({ authorization = "" }) => {
    const { users } = latchkey.as(authorization.replace("Bearer ", "") || "lka_none");
    return (await users.getUser({ userId: "me" })).user?.username;
  }, token);
}

/** The tokens of a public client; the SDK names each of these calls by a key. */
async function withSdkTokens({ base, clientId, redirectUri, codes }: Given): Promise<string> {
  const { oauth: api } = createLatchkey({ baseUrl: base, clientId, retries: 0 });
  const { location, verifier: codeVerifier } = codes[2]!;
  const code = new URL(location).searchParams.get("code")!;
  const { refreshToken } = await api.token({
    grantType: "authorization_code",
    code,
    codeVerifier,
    redirectUri,
  });
  return (await api.token({ grantType: "refresh_token", refreshToken })).tokenType;
}

/** The whole exchange of a public client, with its error, by oauth4webapi. */
async function withOauth4webapi({ base, clientId, redirectUri, codes }: Given) {
  const issuer = new URL(base);
  const found = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...OPTIONS });
  const server = await oauth.processDiscoveryResponse(issuer, found);
  const client = { client_id: clientId };
  const { location, verifier } = codes[0]!;
  const url = new URL(location);
  const parameters = oauth.validateAuthResponse(
    server,
    client,
    url,
    url.searchParams.get("state")!,
  );
  const redeem = async () =>
    oauth.processAuthorizationCodeResponse(
      server,
      client,
      await oauth.authorizationCodeGrantRequest(
        server,
        client,
        oauth.None(),
        parameters,
        redirectUri,
        verifier,
        OPTIONS,
      ),
    );
  const tokens = await redeem();
  const me = await fetch(`${base}/v1/users/me`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  });
  const refreshed = await oauth.processRefreshTokenResponse(
    server,
    client,
    await oauth.refreshTokenGrantRequest(
      server,
      client,
      oauth.None(),
      tokens.refresh_token!,
      OPTIONS,
    ),
  );
  await oauth.processRevocationResponse(
    await oauth.revocationRequest(server, client, oauth.None(), refreshed.refresh_token!, OPTIONS),
  );
  const again = await redeem().catch((error: unknown) => (error as { error?: string }).error);
  return [me.status, refreshed.token_type, again];
}

async function withOpenidClient({ base, clientId, codes }: Given) {
  const configuration = await openid.discovery(new URL(base), clientId, undefined, openid.None(), {
    algorithm: "oauth2",
    execute: [openid.allowInsecureRequests],
  });
  const { location, verifier } = codes[1]!;
  const url = new URL(location);
  const tokens = await openid.authorizationCodeGrant(configuration, url, {
    pkceCodeVerifier: verifier,
    expectedState: url.searchParams.get("state")!,
  });
  return tokens.token_type;
}

/** As clients of MCP look for metadata; and what a page reads of an error. */
async function withFetch({ base }: Given) {
  const headers = { "mcp-protocol-version": "2025-11-25" };
  const found = await fetch(`${base}/.well-known/oauth-authorization-server`, { headers });
  const missing = await fetch(`${base}/.well-known/nothing`, { headers });
  const refused = await fetch(`${base}/v1/users/me`);
  return [
    found.status,
    missing.status,
    refused.status,
    refused.headers.has("www-authenticate"),
    refused.headers.has("x-request-id"),
  ];
}

/** Calls with every client. */
export const callAll = async (given: Given) => ({
  connect: await withConnect(given, "connect"),
  "connect by GET": await withConnect(given, "get"),
  "connect with JSON": await withConnect(given, "json"),
  "connect-web over gRPC-Web": await withConnect(given, "grpc-web"),
  "protobuf-ts": await withProtobufTs(given, "binary"),
  "protobuf-ts as text": await withProtobufTs(given, "text"),
  "grpc-web": await withGrpcWeb(given, "binary"),
  "grpc-web as text": await withGrpcWeb(given, "text"),
  sdk: await withSdk(given),
  "sdk, tokens": await withSdkTokens(given),
  oauth4webapi: await withOauth4webapi(given),
  "openid-client": await withOpenidClient(given),
  fetch: await withFetch(given),
});

Object.assign(globalThis, { callAll });

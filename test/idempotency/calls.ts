// The calls that can be repeated, each over the protocols that have it.
import { create, type DescMethodUnary, fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { OAuthService } from "../../gen/identity/v1/oauth_pb.ts";
import { UserService } from "../../gen/identity/v1/user_pb.ts";
import { DEVICE_CODE } from "../../src/domain/oauth/grant-types.ts";
import { agree, redeem, REDIRECT_URI, register, type Registered, send } from "../oauth/flow.ts";
import { type SignedIn, unique, type UsedServer } from "../use-server.ts";
import { Agent } from "../web/agent.ts";

/** What came back: a status of HTTP or a code of gRPC, and the body as text. */
export interface Came {
  readonly status: number | string;
  readonly text: string;
}

/** Sends one request again and again, with a key. */
export type Sending = (key?: string, changed?: boolean) => Promise<Came>;

interface Request {
  readonly method: DescMethodUnary;
  /** The path of REST, or of the form. */
  readonly path: string;
  readonly message: Readonly<Record<string, JsonValue>>;
  /** A part of the message that makes it another one. */
  readonly other: Readonly<Record<string, JsonValue>>;
  readonly isForm?: boolean;
}

/** What tests need of the server. */
export interface Parts {
  readonly used: UsedServer;
  readonly token: string;
  readonly user: SignedIn;
}

const quoted = (key: string): string => `"${key}"`;

const newUser = (): Request => ({
  method: UserService.method.createUser,
  path: "/v1/users",
  message: { email: `${unique()}@example.com`, username: unique(), password: unique("a long ") },
  other: { username: unique() },
});

const newClient = (): Request => ({
  method: OAuthService.method.createClient,
  path: "/v1/clients",
  message: { client: { name: unique(), redirectUris: [REDIRECT_URI], scopes: ["profile"] } },
  other: { client: { name: unique(), redirectUris: [REDIRECT_URI], scopes: ["profile"] } },
});

const rotation = ({ id }: Registered): Request => ({
  method: OAuthService.method.rotateClientSecret,
  path: `/v1/clients/${id}:rotateSecret`,
  message: { clientId: id },
  other: { overlap: "60s" },
});

const redemption = (
  { id, secret }: Registered,
  message: Readonly<Record<string, string>>,
): Request => ({
  method: OAuthService.method.token,
  path: "/oauth2/token",
  message: { clientId: id, clientSecret: secret, ...message },
  other: { scope: "profile" },
  isForm: true,
});

/** Prepares a request of each kind. */
export const KINDS: Readonly<Record<string, (parts: Parts) => Promise<Request>>> = {
  CreateUser: async () => newUser(),
  CreateClient: async () => newClient(),
  RotateClientSecret: async ({ used }) => rotation(await register(used.administrator)),
  "a code": async ({ used, user }) => {
    const client = await register(used.administrator);
    const { code, verifier } = await agree(user, client);
    const sent = { code, codeVerifier: verifier, redirectUri: REDIRECT_URI };
    return redemption(client, { grantType: "authorization_code", ...sent });
  },
  "a refresh token": async ({ used, user }) => {
    const client = await register(used.administrator);
    const { json } = await redeem(used.url, client, await agree(user, client));
    const refreshToken = String(json["refresh_token"]);
    return redemption(client, { grantType: "refresh_token", refreshToken });
  },
  "a device code": async ({ used, user }) => {
    const client = await register(used.administrator, {
      grantTypes: [DEVICE_CODE, "refresh_token"],
      redirectUris: [],
    });
    const { json } = await send(`${used.url}/oauth2/device_authorization`, { form: {}, client });
    const agent = new Agent(used.url);
    await agent.signIn(user);
    await agent.get("/device");
    await agent.post("/device", { user_code: String(json["user_code"]) });
    await agent.post("/device/decide", { decision: agent.hidden("decision"), answer: "allow" });
    return redemption(client, {
      grantType: DEVICE_CODE,
      deviceCode: String(json["device_code"]),
    });
  },
};

const snake = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (each) => `_${each.toLowerCase()}`);

async function fetched(url: string, init: RequestInit): Promise<Came> {
  const response = await fetch(url, { method: "POST", ...init });
  return { status: response.status, text: await response.text() };
}

type Way = (parts: Parts, request: Request) => Sending;

/** REST, with the key in the header or in the body. */
const restBy =
  (place: "header" | "body"): Way =>
  ({ used, token }, { path, message, other, isForm }) =>
  (key, changed) => {
    const isInBody = place === "body" && key !== undefined;
    const all = { ...message, ...(changed && other), ...(isInBody && { requestId: key }) };
    const headers = {
      ...(key !== undefined && !isInBody && { "idempotency-key": quoted(key) }),
    };
    if (isForm) {
      const pairs = Object.entries(all).map(([name, value]) => [snake(name), String(value)]);
      return fetched(used.url + path, { headers, body: new URLSearchParams(pairs) });
    }
    const { clientId: _, ...body } = all as Readonly<Record<string, JsonValue>>;
    return fetched(used.url + path, {
      headers: {
        ...headers,
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
  };

/** The ways to send a request. */
export const WAYS: Readonly<Record<string, Way>> = {
  rest: restBy("header"),
  "rest with a field": restBy("body"),
  connect: ({ used, token }, { method, message, other, isForm }) => {
    return (key, changed) =>
      fetched(`${used.url}/${method.parent.typeName}/${method.name}`, {
        headers: {
          ...(!isForm && { authorization: `Bearer ${token}` }),
          ...(key !== undefined && { "idempotency-key": key }),
          "content-type": "application/json",
        },
        body: JSON.stringify({ ...message, ...(changed && other) }),
      });
  },
  grpc: ({ used, token }, { method, message, other, isForm }) => {
    const transport = createGrpcTransport({ baseUrl: used.url });
    return (requestId = "", changed = false) =>
      called(transport, method, {
        json: { ...message, ...(changed && other), requestId },
        token: isForm ? undefined : token,
      });
  },
};

async function called(
  transport: Transport,
  method: DescMethodUnary,
  { json, token }: { readonly json: JsonValue; readonly token: string | undefined },
): Promise<Came> {
  const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
  const message = create(method.input, fromJson(method.input, json));
  try {
    const answer = await transport.unary(method, undefined, 20_000, headers, message);
    return { status: "OK", text: JSON.stringify(toJson(method.output, answer.message)) };
  } catch (error) {
    const failure = ConnectError.from(error);
    const { reason } = failure.findDetails(ErrorInfoSchema)[0] ?? { reason: "" };
    return { status: Code[failure.code]!, text: `${reason} ${failure.rawMessage}` };
  }
}

// Who may call which method: the contract's declaration, and what the server makes of it for every
// kind of caller.
import {
  create,
  type DescMethod,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  getOption,
  ScalarType,
} from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { beforeAll, describe, expect, test } from "vitest";
import { AuditService } from "../../gen/identity/v1/audit_pb.ts";
import { BrandingService } from "../../gen/identity/v1/branding_pb.ts";
import { OAuthService } from "../../gen/identity/v1/oauth_pb.ts";
import { PredecessorService } from "../../gen/identity/v1/predecessor_pb.ts";
import { ResourceService } from "../../gen/identity/v1/resource_pb.ts";
import { UserService } from "../../gen/identity/v1/user_pb.ts";
import { access } from "../../gen/wire/v1/wire_pb.ts";
import { resolveField } from "../../src/http/transcoding/fields.ts";
import { refusalOf } from "../clients/refusal.ts";
import { clientToken, delegate, register } from "../oauth/flow.ts";
import { useServer } from "../use-server.ts";

const used = useServer();
const methods = [
  ...UserService.methods,
  ...OAuthService.methods,
  ...AuditService.methods,
  ...BrandingService.methods,
  ...PredecessorService.methods,
  ...ResourceService.methods,
] as readonly (DescMethodUnary | DescMethodServerStreaming)[];

/**
 * A caller that is not named may not. A client's scopes stand for `admin` too; `+` is a client that
 * acts for a user.
 */
const POLICY: Readonly<Record<string, string>> = {
  CreateUser: "users.write",
  GetUser: "user +profile users.read",
  ListUsers: "users.read",
  UpdateUser: "user users.write",
  DeleteUser: "user users.write",
  RestoreUser: "users.write",
  LockUser: "users.write",
  UnlockUser: "users.write",
  VerifyUserEmail: "users.write",
  SendPasswordReset: "users.write",
  EndUserAccess: "users.write",
  ForgetSignInFailures: "users.write",
  ChangePassword: "user users.write",
  SignIn: "anyone",
  SignOut: "user",
  ListSessions: "user users.read",
  RevokeSession: "user users.write",
  CreateGroup: "user groups.write",
  GetGroup: "user +groups groups.read",
  ListGroups: "user +groups groups.read",
  DeleteGroup: "user groups.write",
  AddGroupMember: "user groups.write",
  RemoveGroupMember: "user groups.write",
  ListGroupMembers: "user +groups groups.read",
  InviteGroupMember: "user groups.write",
  ListGroupInvitations: "user groups.read",
  AcceptGroupInvitation: "user",
  DeclineGroupInvitation: "user",
  WithdrawGroupInvitation: "user groups.write",
  CreateClient: "user clients.write",
  RegisterClient: "anyone",
  GetClientRegistration: "anyone",
  UpdateClientRegistration: "anyone",
  DeleteClientRegistration: "anyone",
  CreateRegistrationToken: "clients.write",
  GetClient: "user clients.read",
  ListClients: "user clients.read",
  UpdateClient: "user clients.write",
  DeleteClient: "user clients.write",
  RotateClientSecret: "user clients.write",
  VerifyClient: "clients.write",
  UnverifyClient: "clients.write",
  DisableClient: "clients.write",
  EnableClient: "clients.write",
  EndClientTokens: "user clients.write",
  Authorize: "user",
  PushAuthorizationRequest: "anyone",
  StartDeviceAuthorization: "anyone",
  ListGrants: "user users.read",
  RevokeGrant: "user users.write",
  Token: "anyone",
  ExchangeToken: "anyone",
  Revoke: "anyone",
  RevokeUserTokens: "users.revoke",
  Introspect: "anyone",
  GetUserInfo: "+openid",
  GetMetadata: "anyone",
  GetJwks: "anyone",
  ListAuditEvents: "audit.read",
  ExportAuditEvents: "audit.read",
  GetStatistics: "audit.read",
  ListPredecessors: "predecessors.read",
  GetPredecessorReport: "predecessors.read",
  DiscardLearnt: "predecessors.write",
  ListStateImports: "predecessors.read",
  ListOrigins: "predecessors.read",
  GetBrand: "branding.read",
  ListBrands: "branding.read",
  UpdateBrand: "branding.write",
  DeleteBrand: "branding.write",
  PreviewLetter: "branding.read",
  CreateResource: "resources.write",
  GetResource: "resources.read",
  ListResources: "resources.read",
  UpdateResource: "resources.write",
  DeleteResource: "resources.write",
};

test("the contract declares this policy, for every method", () => {
  const declared = methods.map((method) => {
    const { anyone, user, userScopes, clientScopes } = getOption(method, access);
    return [
      method.name,
      [
        ...(anyone ? ["anyone"] : []),
        ...(user ? ["user"] : []),
        ...userScopes.map((scope) => `+${scope}`),
        ...clientScopes,
      ].join(" "),
    ];
  });
  expect(Object.fromEntries(declared)).toEqual(POLICY);
});

const SCOPES = [
  "users.read",
  "users.write",
  "users.revoke",
  "groups.read",
  "groups.write",
  "clients.read",
  "clients.write",
  "branding.read",
  "branding.write",
  "introspect",
  "audit.read",
  "predecessors.read",
  "predecessors.write",
  "resources.read",
  "resources.write",
  "admin",
];

/** Kinds of callers: what of the policy lets them in, and a new token of theirs. */
const CALLERS: readonly {
  readonly caller: string;
  readonly grounds: readonly string[];
  readonly token: () => Promise<string | undefined>;
}[] = [
  { caller: "anonymous", grounds: [], token: async () => undefined },
  { caller: "user", grounds: ["user"], token: async () => (await used.signUp()).token },
  {
    caller: "developer",
    grounds: ["user"],
    token: async () => {
      const { id, token } = await used.signUp();
      await used.administrator.users.updateUser({ user: { id, developer: true } });
      return token;
    },
  },
  ...["profile", "groups"].map((scope) => ({
    caller: `client for a user with ${scope}`,
    grounds: [`+${scope}`],
    token: async () =>
      (await delegate(used.url, used.administrator, await used.signUp(), scope)).accessToken,
  })),
  ...SCOPES.map((scope) => ({
    caller: `client with ${scope}`,
    grounds: scope === "admin" ? SCOPES : [scope],
    token: async () =>
      clientToken(
        used.url,
        await register(used.administrator, { grantTypes: ["client_credentials"], scopes: [scope] }),
      ),
  })),
];

/**
 * A message that no caller may send: a text contains U+0000, or a number is out of range.
 * Undefined: the method has no such field.
 */
function harmless(method: DescMethod): Record<string, unknown> | undefined {
  const { self: path, tokenField } = getOption(method, access);
  const self = resolveField(method.input, path)?.field;
  const text = method.input.fields.find(
    (field) =>
      field !== self &&
      field.name !== tokenField &&
      field.fieldKind === "scalar" &&
      field.scalar === ScalarType.STRING,
  );
  if (text !== undefined) return { [text.localName]: "a\0b" };
  const number = method.input.fields.find(
    (field) => field.fieldKind === "scalar" && field.scalar === ScalarType.INT64,
  );
  return number && { [number.localName]: -1n };
}

/** Whether the call gets past the question who calls. */
async function isAdmitted(
  transport: Transport,
  method: DescMethodUnary | DescMethodServerStreaming,
  token: string | undefined,
): Promise<boolean> {
  const message = create(method.input, harmless(method) ?? {});
  const headers: HeadersInit = token === undefined ? {} : { authorization: `Bearer ${token}` };
  try {
    if (method.methodKind === "unary")
      await transport.unary(method, undefined, undefined, headers, message);
    else {
      const messages = createAsyncIterable([message]);
      const answer = await transport.stream(method, undefined, undefined, headers, messages);
      for await (const each of answer.message) void each;
    }
    return true;
  } catch (error) {
    const { reason } = refusalOf(error);
    expect(reason).not.toBe("TOKEN_INVALID");
    return reason !== "PERMISSION_DENIED" && reason !== "CREDENTIAL_MISSING";
  }
}

describe.each(CALLERS)("$caller", ({ grounds, token }) => {
  let shared: string | undefined;
  let transport: Transport;
  beforeAll(async () => {
    shared = await token();
    transport = createGrpcWebTransport({ baseUrl: used.url, httpVersion: "1.1" });
  });

  test.each(methods.map((method) => ({ method, name: method.name })))(
    "$name",
    async ({ method }) => {
      const expected = POLICY[method.name]!.split(" ").some(
        (ground) => ground === "anyone" || grounds.includes(ground),
      );
      // What may really happen happens to a caller of its own.
      const caller =
        expected && harmless(method) === undefined && shared !== undefined ? await token() : shared;
      expect(await isAdmitted(transport, method, caller)).toBe(expected);
    },
  );
});

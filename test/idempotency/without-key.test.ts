// What a second try does where there is no key, as docs/oauth.md says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { AuditService } from "../../gen/identity/v1/audit_pb.ts";
import { BrandingService } from "../../gen/identity/v1/branding_pb.ts";
import { OAuthService } from "../../gen/identity/v1/oauth_pb.ts";
import { PredecessorService } from "../../gen/identity/v1/predecessor_pb.ts";
import { ResourceService } from "../../gen/identity/v1/resource_pb.ts";
import { UserService } from "../../gen/identity/v1/user_pb.ts";
import { agree, delegate, register } from "../oauth/flow.ts";
import { type SignedIn, unique, useServer } from "../use-server.ts";

const SERVICES: readonly DescService[] = [
  AuditService,
  BrandingService,
  OAuthService,
  PredecessorService,
  ResourceService,
  UserService,
];

describe("the page", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/oauth.md"), "utf8");
  const [, section = ""] = page.split("\n## Lost answers\n");
  const [keyed = "", others = ""] = section.split("\n## ")[0]!.split("### Calls without a key");
  const namesIn = (text: string): readonly string[] => [
    ...new Set([...text.matchAll(/`([A-Z][A-Za-z]+)`/g)].map(([, name]) => name!)),
  ];
  const changing: readonly DescMethod[] = SERVICES.flatMap(({ methods }) => methods).filter(
    ({ idempotency }) => idempotency !== MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS,
  );
  const isKeyed = ({ input }: DescMethod): boolean => input.field["requestId"] !== undefined;

  test("names each call that has a key in its table", () => {
    const rows = keyed.split("\n").filter((line) => line.startsWith("| `"));
    const named = namesIn(rows.map((row) => row.split("|")[1]).join());
    expect(named.toSorted()).toEqual(
      changing
        .filter(isKeyed)
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  test("says of each other one what a second try does", () => {
    const named = namesIn(others).filter((name) => name !== "Token");
    expect(named.toSorted()).toEqual(
      changing
        .filter((method) => !isKeyed(method))
        .map(({ name }) => name)
        .toSorted(),
    );
  });
});

describe("a second try", () => {
  const used = useServer();
  const reason = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => "done",
      (error: unknown) => ConnectError.from(error).findDetails(ErrorInfoSchema)[0]?.reason ?? "",
    );

  /** What calls are made of. */
  async function prepare() {
    const [owner, user] = [await used.signUp(), await used.signUp()];
    const { group } = await owner.users.createGroup({ name: unique() });
    const client = await register(used.administrator);
    const { users, oauth } = used.administrator;
    return { owner, user, groupId: group!.id, clientId: client.id, users, oauth };
  }
  type Parts = Awaited<ReturnType<typeof prepare>>;

  const invited = async ({ owner, user, groupId }: Parts): Promise<void> => {
    const invitee = { case: "userId", value: user.id } as const;
    await owner.users.inviteGroupMember({ groupId, invitee });
  };
  const signInAs = ({ email, password }: SignedIn) =>
    used.as().users.signIn({ identifier: { case: "email", value: email }, password });

  /** Prepares a call, and what a second one comes to. */
  const CALLS: Readonly<
    Record<string, [string, (parts: Parts) => Promise<() => Promise<unknown>>]>
  > = {
    DeleteUser: [
      "USER_NOT_FOUND",
      async ({ users, user }) =>
        () =>
          users.deleteUser({ userId: user.id }),
    ],
    "DeleteUser by the user": [
      "TOKEN_INVALID",
      async ({ user }) =>
        () =>
          user.users.deleteUser({ userId: "me" }),
    ],
    RestoreUser: [
      "USER_STATE_CONFLICT",
      async ({ users, user }) => {
        await users.deleteUser({ userId: user.id });
        return () => users.restoreUser({ userId: user.id });
      },
    ],
    LockUser: [
      "done",
      async ({ users, user }) =>
        () =>
          users.lockUser({ userId: user.id, reason: "a test" }),
    ],
    UnlockUser: [
      "USER_STATE_CONFLICT",
      async ({ users, user }) => {
        await users.lockUser({ userId: user.id, reason: "a test" });
        return () => users.unlockUser({ userId: user.id });
      },
    ],
    VerifyUserEmail: [
      "done",
      async ({ users, user }) =>
        () =>
          users.verifyUserEmail({ userId: user.id }),
    ],
    ForgetSignInFailures: [
      "done",
      async ({ users, user }) =>
        () =>
          users.forgetSignInFailures({ userId: user.id }),
    ],
    EndUserAccess: [
      "done",
      async ({ users, user }) =>
        () =>
          users.endUserAccess({ userId: user.id }),
    ],
    "ChangePassword by the user": [
      "SIGN_IN_FAILED",
      async ({ user }) => {
        const newPassword = unique("another ");
        const currentPassword = user.password;
        return () => user.users.changePassword({ userId: "me", currentPassword, newPassword });
      },
    ],
    ChangePassword: [
      "done",
      async ({ users, user }) => {
        const newPassword = unique("another ");
        return () => users.changePassword({ userId: user.id, newPassword });
      },
    ],
    SignOut: [
      "TOKEN_INVALID",
      async ({ user }) =>
        () =>
          user.users.signOut({}),
    ],
    RevokeSession: [
      "SESSION_NOT_FOUND",
      async ({ users, user }) => {
        const { sessions } = await users.listSessions({ userId: user.id });
        return () => users.revokeSession({ sessionId: sessions[0]!.id });
      },
    ],
    RevokeGrant: [
      "GRANT_NOT_FOUND",
      async ({ user }) => {
        await delegate(used.url, used.administrator, user);
        const { grants } = await user.oauth.listGrants({});
        return () => user.oauth.revokeGrant({ grantId: grants[0]!.id });
      },
    ],
    DeleteClient: [
      "CLIENT_NOT_FOUND",
      async ({ oauth, clientId }) =>
        () =>
          oauth.deleteClient({ clientId }),
    ],
    VerifyClient: [
      "done",
      async ({ oauth, clientId }) =>
        () =>
          oauth.verifyClient({ clientId }),
    ],
    DisableClient: [
      "done",
      async ({ oauth, clientId }) =>
        () =>
          oauth.disableClient({ clientId, reason: "a test" }),
    ],
    EndClientTokens: [
      "done",
      async ({ oauth, clientId }) =>
        () =>
          oauth.endClientTokens({ clientId }),
    ],
    DeleteGroup: [
      "GROUP_NOT_FOUND",
      async ({ owner, groupId }) =>
        () =>
          owner.users.deleteGroup({ groupId }),
    ],
    AddGroupMember: [
      "GROUP_MEMBER_EXISTS",
      async ({ users, user, groupId }) =>
        () =>
          users.addGroupMember({ groupId, userId: user.id }),
    ],
    RemoveGroupMember: [
      "GROUP_MEMBER_NOT_FOUND",
      async ({ users, owner, user, groupId }) => {
        await users.addGroupMember({ groupId, userId: user.id });
        return () => owner.users.removeGroupMember({ groupId, userId: user.id });
      },
    ],
    InviteGroupMember: ["GROUP_INVITATION_EXISTS", async (parts) => () => invited(parts)],
    AcceptGroupInvitation: [
      "GROUP_INVITATION_NOT_FOUND",
      async (parts) => {
        await invited(parts);
        return () => parts.user.users.acceptGroupInvitation({ groupId: parts.groupId });
      },
    ],
    DeclineGroupInvitation: [
      "GROUP_INVITATION_NOT_FOUND",
      async (parts) => {
        await invited(parts);
        return () => parts.user.users.declineGroupInvitation({ groupId: parts.groupId });
      },
    ],
    WithdrawGroupInvitation: [
      "GROUP_INVITATION_NOT_FOUND",
      async (parts) => {
        await invited(parts);
        const { owner, user, groupId } = parts;
        return () => owner.users.withdrawGroupInvitation({ groupId, userId: user.id });
      },
    ],
  };

  test.each(Object.keys(CALLS))("of %s", async (name) => {
    const [second, begin] = CALLS[name]!;
    const call = await begin(await prepare());
    expect([await reason(call()), await reason(call())]).toEqual(["done", second]);
  });

  test("of others gives a second thing", async () => {
    const { owner, user, clientId } = await prepare();
    const [one, other] = [await signInAs(user), await signInAs(user)];
    for (const { accessToken } of [one, other])
      expect(await reason(used.as(accessToken).users.getUser({ userId: "me" }))).toBe("done");
    const code = async () => (await agree(user, { id: clientId, secret: "" })).code;
    const group = async () => (await owner.users.createGroup({ name: "The same" })).group!.id;
    for (const make of [code, group]) expect(await make()).not.toBe(await make());
  });
});

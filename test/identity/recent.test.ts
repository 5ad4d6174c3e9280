// Sensitive acts need a password that was given within five minutes: every method that a user may
// call, by a session that is older.
import type { DescMethod } from "@bufbuild/protobuf";
import { getOption } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { GroupRole } from "../../gen/identity/v1/model_pb.ts";
import { OAuthService } from "../../gen/identity/v1/oauth_pb.ts";
import { UserService } from "../../gen/identity/v1/user_pb.ts";
import { access } from "../../gen/wire/v1/wire_pb.ts";
import { reason, refusalOf } from "../clients/refusal.ts";
import { REDIRECT_URI, register } from "../oauth/flow.ts";
import { type SignedIn, unique, useServer } from "../use-server.ts";
import { MINUTE, movableClock } from "./clock.ts";

const clock = movableClock();
const used = useServer({ clock });
const { MEMBER, ADMINISTRATOR, OWNER } = GroupRole;

/** A developer who owns a group with a member of each kind, and an application. */
interface Owner extends SignedIn {
  readonly clientId: string;
  readonly groupId: bigint;
  readonly administratorId: string;
  readonly memberId: string;
  readonly ownerId: string;
  readonly newcomerId: string;
  /** Invited to the group as an owner. */
  readonly invitedId: string;
  /** A group that invites the owner, as an owner. */
  readonly invitingId: bigint;
}

/** No user can add a user, with a recent password or without. */
function unlessInvitationRequired(error: unknown): void {
  if (refusalOf(error).reason !== "GROUP_INVITATION_REQUIRED") throw error;
}

type Way = (owner: Owner) => Promise<unknown>;

/** What a stolen session must not do. */
const SENSITIVE: Readonly<Record<string, readonly Way[]>> = {
  UpdateUser: [
    (owner) => owner.users.updateUser({ user: { id: "me", email: `${unique()}@example.com` } }),
  ],
  DeleteUser: [(owner) => owner.users.deleteUser({ userId: "me" })],
  DeleteGroup: [({ users, groupId }) => users.deleteGroup({ groupId })],
  InviteGroupMember: [OWNER, ADMINISTRATOR].map(
    (role) =>
      ({ users, groupId, newcomerId }) =>
        users.inviteGroupMember({
          groupId,
          invitee: { case: "userId", value: newcomerId },
          role,
        }),
  ),
  RemoveGroupMember: (["administratorId", "ownerId", "id"] as const).map(
    (who) => (owner) =>
      owner.users.removeGroupMember({ groupId: owner.groupId, userId: owner[who] }),
  ),
  CreateClient: [(owner) => register(owner)],
  UpdateClient: [
    ({ oauth, clientId }) =>
      oauth.updateClient({
        client: { id: clientId, redirectUris: ["https://elsewhere.example/callback"] },
      }),
    ({ oauth, clientId }) => oauth.updateClient({ client: { id: clientId, name: "Another name" } }),
    ({ oauth, clientId }) => oauth.updateClient({ client: { id: clientId, scopes: ["profile"] } }),
    ({ oauth, clientId }) => oauth.updateClient({ client: { id: clientId, apis: ["senler"] } }),
  ],
  DeleteClient: [({ oauth, clientId }) => oauth.deleteClient({ clientId })],
  EndClientTokens: [({ oauth, clientId }) => oauth.endClientTokens({ clientId })],
  RotateClientSecret: [({ oauth, clientId }) => oauth.rotateClientSecret({ clientId })],
};

/** What it may do: everyday acts, ends of access, and what asks for a password by itself. */
const EVERYDAY: Readonly<Record<string, readonly Way[]>> = {
  UpdateUser: [(owner) => owner.users.updateUser({ user: { id: "me", username: unique() } })],
  CreateGroup: [(owner) => owner.users.createGroup({ name: "x" })],
  AddGroupMember: [
    ({ users, groupId, newcomerId }) =>
      users
        .addGroupMember({ groupId, userId: newcomerId, role: MEMBER })
        .catch(unlessInvitationRequired),
  ],
  InviteGroupMember: [
    ({ users, groupId, newcomerId }) =>
      users.inviteGroupMember({
        groupId,
        invitee: { case: "userId", value: newcomerId },
        role: MEMBER,
      }),
  ],
  WithdrawGroupInvitation: [
    ({ users, groupId, invitedId }) =>
      users.withdrawGroupInvitation({ groupId, userId: invitedId }),
  ],
  AcceptGroupInvitation: [
    ({ users, invitingId }) => users.acceptGroupInvitation({ groupId: invitingId }),
  ],
  DeclineGroupInvitation: [
    ({ users, invitingId }) => users.declineGroupInvitation({ groupId: invitingId }),
  ],
  RemoveGroupMember: [
    ({ users, groupId, memberId }) => users.removeGroupMember({ groupId, userId: memberId }),
  ],
  Authorize: [
    ({ oauth, clientId }) =>
      oauth.authorize({
        clientId,
        redirectUri: REDIRECT_URI,
        codeChallenge: "x".repeat(43),
        codeChallengeMethod: "S256",
      }),
  ],
  ChangePassword: [
    (owner) =>
      owner.users.changePassword({
        userId: "me",
        currentPassword: owner.password,
        newPassword: unique("another password "),
      }),
  ],
  RevokeGrant: [
    async ({ oauth, clientId }) => {
      await oauth.authorize({
        clientId,
        redirectUri: REDIRECT_URI,
        codeChallenge: "x".repeat(43),
        codeChallengeMethod: "S256",
      });
      await oauth.revokeGrant({ grantId: (await oauth.listGrants({})).grants[0]!.id });
    },
  ],
  RevokeSession: [
    async ({ users }) =>
      users.revokeSession({ sessionId: (await users.listSessions({})).sessions[0]!.id }),
  ],
  SignOut: [({ users }) => users.signOut({})],
};

async function owner(): Promise<Owner> {
  const user = await used.signUp();
  const [administrator, member, other, newcomer, invited] = (await Promise.all(
    [1, 2, 3, 4, 5].map(() => used.signUp()),
  )) as [SignedIn, SignedIn, SignedIn, SignedIn, SignedIn];
  await used.administrator.users.updateUser({ user: { id: user.id, developer: true } });
  const { group } = await user.users.createGroup({ name: "x" });
  const groupId = group!.id;
  for (const [{ id }, role] of [
    [administrator, ADMINISTRATOR],
    [member, MEMBER],
    [other, OWNER],
  ] as const)
    await used.administrator.users.addGroupMember({ groupId, userId: id, role });
  const { group: inviting } = await other.users.createGroup({ name: "y" });
  const { users } = used.administrator;
  for (const [id, value] of [
    [groupId, invited.id],
    [inviting!.id, user.id],
  ] as const)
    await users.inviteGroupMember({
      groupId: id,
      invitee: { case: "userId", value },
      role: OWNER,
    });
  return {
    ...user,
    clientId: (await register(user)).id,
    groupId,
    administratorId: administrator.id,
    memberId: member.id,
    ownerId: other.id,
    newcomerId: newcomer.id,
    invitedId: invited.id,
    invitingId: inviting!.id,
  };
}

/** Everything that the acts change. */
async function record({ id, clientId, groupId }: Owner): Promise<unknown> {
  const { users, clients, groups, groupInvitations, audit } = used.server.store;
  // A new address changes nothing before the link to it is followed.
  const links = (await audit.list({ userId: id, type: "mail_link.create" }, { limit: 10 })).length;
  // The client has no token that could end.
  const ends = (await audit.list({ clientId, type: "token.revoke" }, { limit: 10 })).length;
  return [
    links,
    ends,
    await users.find(id),
    await clients.find(clientId),
    await clients.list(id, { limit: 10 }),
    await groups.find(groupId),
    await groups.members(groupId, { limit: 10 }),
    await groupInvitations.listOf(groupId, 0, { limit: 10 }),
  ];
}

test(
  "every method that changes something for a user is one or the other, or has ways of " +
    "both kinds",
  () => {
    const writing = [...UserService.methods, ...OAuthService.methods].filter(
      (method: DescMethod) =>
        method.idempotency !== MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS &&
        getOption(method, access).user,
    );
    expect([...new Set([...Object.keys(SENSITIVE), ...Object.keys(EVERYDAY)])].toSorted()).toEqual(
      writing.map(({ name }) => name).toSorted(),
    );
  },
);

const named = (ways: Readonly<Record<string, readonly Way[]>>) =>
  Object.entries(ways).flatMap(([name, each]) =>
    each.map((way, index) => ({ name: `${name} ${index}`, way })),
  );

test.each(named(SENSITIVE))(
  "$name needs the password within the last five minutes",
  async ({ way }) => {
    const user = await owner();
    const before = await record(user);
    clock.pass(5 * MINUTE);
    expect(await reason(way(user))).toBe("REAUTHENTICATION_REQUIRED");
    expect(await record(user)).toEqual(before);
    const { accessToken } = await used
      .as()
      .users.signIn({ identifier: { case: "email", value: user.email }, password: user.password });
    await way({ ...user, ...used.as(accessToken) });
    // A letter is written behind the answer.
    await expect.poll(() => record(user)).not.toEqual(before);
    await used.renew();
  },
);

test.each(named(EVERYDAY))("$name does not", async ({ way }) => {
  const user = await owner();
  clock.pass(5 * MINUTE);
  await way(user);
  await used.renew();
});

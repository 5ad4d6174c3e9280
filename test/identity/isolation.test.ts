// A user can't see or change what belongs to another, by any verb and any codec.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusalOf } from "../clients/refusal.ts";
import { openWays, type Way, type Ways } from "../clients/ways.ts";
import { agree, redeem, register } from "../oauth/flow.ts";
import { type Api, apiOf, type SignedIn, useServer } from "../use-server.ts";

const used = useServer();
let ways: Ways;
let owner: SignedIn;
let stranger: SignedIn;
let belongings: { session: string; group: bigint; client: string; grant: string };

beforeAll(async () => {
  ways = openWays(used.url);
  [owner, stranger] = [await used.signUp(), await used.signUp()];
  for (const { id } of [owner, stranger])
    await used.administrator.users.updateUser({ user: { id, developer: true } });
  const client = await register(owner, { scopes: ["profile"] });
  await redeem(used.url, client, await agree(owner, client));
  belongings = {
    session: (await owner.users.listSessions({})).sessions[0]!.id,
    group: (await owner.users.createGroup({ name: "The owner's" })).group!.id,
    client: client.id,
    grant: (await owner.oauth.listGrants({})).grants[0]!.id,
  };
});
afterAll(() => ways.close());

/** Everything that is the owner's, as an administrator sees it. */
async function snapshot() {
  const { users, oauth } = used.administrator;
  return {
    user: await users.getUser({ userId: owner.id }),
    sessions: (await users.listSessions({ userId: owner.id })).sessions.map(({ id }) => id),
    groups: await users.listGroups({ userId: owner.id }),
    members: await users.listGroupMembers({ groupId: belongings.group }),
    client: await oauth.getClient({ clientId: belongings.client }),
    grants: (await oauth.listGrants({ userId: owner.id })).grants.map(({ id }) => id),
  };
}

const USERS: Readonly<Record<string, (api: Api, userId: string) => Promise<unknown>>> = {
  getUser: ({ users }, userId) => users.getUser({ userId }),
  updateUser: ({ users }, id) => users.updateUser({ user: { id, username: "taken over" } }),
  "updateUser, developer": ({ users }, id) => users.updateUser({ user: { id, developer: true } }),
  deleteUser: ({ users }, userId) => users.deleteUser({ userId }),
  restoreUser: ({ users }, userId) => users.restoreUser({ userId }),
  lockUser: ({ users }, userId) => users.lockUser({ userId, reason: "spite" }),
  unlockUser: ({ users }, userId) => users.unlockUser({ userId }),
  changePassword: ({ users }, userId) =>
    users.changePassword({
      userId,
      currentPassword: stranger.password,
      newPassword: "another password",
    }),
  "changePassword, the right one": ({ users }, userId) =>
    users.changePassword({
      userId,
      currentPassword: owner.password,
      newPassword: "another password",
    }),
  listUsers: ({ users }) => users.listUsers({ email: owner.email }),
  listSessions: ({ users }, userId) => users.listSessions({ userId }),
  createGroup: ({ users }, ownerId) => users.createGroup({ name: "For another", ownerId }),
  listGroups: ({ users }, userId) => users.listGroups({ userId }),
  listGroupInvitations: ({ users }, userId) => users.listGroupInvitations({ userId }),
  acceptGroupInvitation: ({ users }, userId) =>
    users.acceptGroupInvitation({ groupId: belongings.group, userId }),
  declineGroupInvitation: ({ users }, userId) =>
    users.declineGroupInvitation({ groupId: belongings.group, userId }),
  createClient: ({ oauth }, ownerId) =>
    oauth.createClient({ client: { name: "For another", ownerId } }),
  listClients: ({ oauth }, ownerId) => oauth.listClients({ ownerId }),
  listGrants: ({ oauth }, userId) => oauth.listGrants({ userId }),
};

const THINGS: Readonly<
  Record<string, readonly [reason: string, call: (api: Api) => Promise<unknown>]>
> = {
  revokeSession: [
    "SESSION_NOT_FOUND",
    ({ users }) => users.revokeSession({ sessionId: belongings.session }),
  ],
  getGroup: ["GROUP_NOT_FOUND", ({ users }) => users.getGroup({ groupId: belongings.group })],
  deleteGroup: ["GROUP_NOT_FOUND", ({ users }) => users.deleteGroup({ groupId: belongings.group })],
  addGroupMember: [
    "GROUP_NOT_FOUND",
    ({ users }) => users.addGroupMember({ groupId: belongings.group, userId: stranger.id }),
  ],
  inviteGroupMember: [
    "GROUP_NOT_FOUND",
    ({ users }) =>
      users.inviteGroupMember({
        groupId: belongings.group,
        invitee: { case: "userId", value: stranger.id },
      }),
  ],
  "listGroupInvitations of the group": [
    "GROUP_NOT_FOUND",
    ({ users }) => users.listGroupInvitations({ groupId: belongings.group }),
  ],
  acceptGroupInvitation: [
    "GROUP_INVITATION_NOT_FOUND",
    ({ users }) => users.acceptGroupInvitation({ groupId: belongings.group, userId: "me" }),
  ],
  declineGroupInvitation: [
    "GROUP_INVITATION_NOT_FOUND",
    ({ users }) => users.declineGroupInvitation({ groupId: belongings.group, userId: "me" }),
  ],
  withdrawGroupInvitation: [
    "GROUP_NOT_FOUND",
    ({ users }) =>
      users.withdrawGroupInvitation({ groupId: belongings.group, userId: stranger.id }),
  ],
  removeGroupMember: [
    "GROUP_NOT_FOUND",
    ({ users }) => users.removeGroupMember({ groupId: belongings.group, userId: owner.id }),
  ],
  "removeGroupMember, oneself": [
    "GROUP_NOT_FOUND",
    ({ users }) => users.removeGroupMember({ groupId: belongings.group, userId: stranger.id }),
  ],
  listGroupMembers: [
    "GROUP_NOT_FOUND",
    ({ users }) => users.listGroupMembers({ groupId: belongings.group }),
  ],
  getClient: ["CLIENT_NOT_FOUND", ({ oauth }) => oauth.getClient({ clientId: belongings.client })],
  updateClient: [
    "CLIENT_NOT_FOUND",
    ({ oauth }) =>
      oauth.updateClient({
        client: { id: belongings.client, redirectUris: ["https://evil.example"] },
      }),
  ],
  deleteClient: [
    "CLIENT_NOT_FOUND",
    ({ oauth }) => oauth.deleteClient({ clientId: belongings.client }),
  ],
  rotateClientSecret: [
    "CLIENT_NOT_FOUND",
    ({ oauth }) => oauth.rotateClientSecret({ clientId: belongings.client }),
  ],
  revokeGrant: ["GRANT_NOT_FOUND", ({ oauth }) => oauth.revokeGrant({ grantId: belongings.grant })],
  "authorize for the group": [
    "GROUP_NOT_FOUND",
    ({ oauth }) =>
      oauth.authorize({
        clientId: belongings.client,
        groupId: belongings.group,
        codeChallenge: "x".repeat(43),
        codeChallengeMethod: "S256",
      }),
  ],
};

const CODECS: readonly Way[] = [
  "grpc-js",
  "gRPC-Web, HTTP/1.1",
  "Connect, HTTP/1.1, JSON",
  "Connect, HTTP/2, protobuf, gzip",
  "Connect, GET, JSON",
  "REST",
];

describe.each(CODECS)("over %s", (way) => {
  const as = (token: string): Api => apiOf(ways.transports[way], token);

  test("another user can't be named, neither by id nor by e-mail nor by name", async () => {
    const before = await snapshot();
    for (const [verb, call] of Object.entries(USERS)) {
      for (const name of [
        owner.id,
        owner.id.toUpperCase(),
        ` ${owner.id}`,
        owner.email,
        owner.username,
      ]) {
        const refused = await call(as(stranger.token), name).catch(refusalOf);
        expect(refused, `${verb} ${name}`).toMatchObject({
          code: "PermissionDenied",
          reason: "PERMISSION_DENIED",
        });
      }
    }
    expect(await snapshot()).toEqual(before);
  });

  test("what is another's isn't there", async () => {
    const before = await snapshot();
    for (const [verb, [reason, call]] of Object.entries(THINGS)) {
      expect(await call(as(stranger.token)).catch(refusalOf), verb).toMatchObject({
        code: "NotFound",
        reason,
      });
    }
    expect(await snapshot()).toEqual(before);
  });

  test("the lists hold nothing of another", async () => {
    const { users, oauth } = as(stranger.token);
    expect((await users.listGroups({})).groups).toEqual([]);
    expect((await oauth.listClients({})).clients).toEqual([]);
    expect((await oauth.listGrants({ userId: "me" })).grants).toEqual([]);
    expect(
      (await users.listSessions({ userId: "me" })).sessions.map(({ userId }) => userId),
    ).toEqual([stranger.id]);
  });
});

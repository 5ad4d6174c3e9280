// Groups: who may do what in them, and that an owner always stays.
import { describe, expect, test } from "vitest";
import { GroupRole } from "../../gen/identity/v1/model_pb.ts";
import { reason, refusal } from "../clients/refusal.ts";
import { agree, delegate, isActive, redeem, register } from "../oauth/flow.ts";
import { type SignedIn, unique, useServer } from "../use-server.ts";

const used = useServer();
const { MEMBER, ADMINISTRATOR, OWNER } = GroupRole;

/** Adds a member without asking, as the owner's backend can. */
const add: SignedIn["users"]["addGroupMember"] = (member) =>
  used.administrator.users.addGroupMember(member);

/** A group with one member of each role, and a user from outside. */
async function populated() {
  const [owner, administrator, member, outsider, newcomer] = (await Promise.all(
    [1, 2, 3, 4, 5].map(() => used.signUp()),
  )) as [SignedIn, SignedIn, SignedIn, SignedIn, SignedIn];
  const { group } = await owner.users.createGroup({ name: "Сообщество", vkGroupId: 123n });
  const groupId = group!.id;
  await add({ groupId, userId: administrator.id, role: ADMINISTRATOR });
  await add({ groupId, userId: member.id });
  return { group: group!, groupId, owner, administrator, member, outsider, newcomer };
}

const rolesOf = async (user: SignedIn, groupId: bigint) =>
  Object.fromEntries(
    (await user.users.listGroupMembers({ groupId })).members.map(({ userId, role }) => [
      userId,
      role,
    ]),
  );

test("a group is seen by its members", async () => {
  const { group, groupId, owner, administrator, member, outsider } = await populated();
  expect(group).toMatchObject({ name: "Сообщество", vkGroupId: 123n });
  expect(groupId).toBeGreaterThan(0n);
  expect(groupId).toBeLessThan(2n ** 53n);
  for (const user of [owner, administrator, member]) {
    expect((await user.users.getGroup({ groupId })).group).toEqual(group);
    expect((await user.users.listGroups({})).groups).toEqual([group]);
    expect(await rolesOf(user, groupId)).toEqual({
      [owner.id]: OWNER,
      [administrator.id]: ADMINISTRATOR,
      [member.id]: MEMBER,
    });
  }
  expect(await refusal(outsider.users.getGroup({ groupId }))).toMatchObject({
    code: "NotFound",
    reason: "GROUP_NOT_FOUND",
  });
  expect((await used.administrator.users.getGroup({ groupId })).group).toEqual(group);
  expect((await used.administrator.users.listGroups({ userId: member.id })).groups).toEqual([
    group,
  ]);
});

test("a name has as many characters as the contract allows", async () => {
  const { users } = await used.signUp();
  const nameOf = async (name: string) => (await users.createGroup({ name })).group?.name;
  expect([await nameOf("x".repeat(200)), await nameOf("😀".repeat(200))]).toEqual([
    "x".repeat(200),
    "😀".repeat(200),
  ]);
  expect(await reason(users.createGroup({ name: "x".repeat(201) }))).toBe("FIELD_INVALID");
});

test("members change nothing, administrators invite and remove, owners do all", async () => {
  const { groupId, owner, administrator, member, outsider, newcomer } = await populated();
  const invite = (by: SignedIn, userId: string, role: GroupRole) =>
    by.users.inviteGroupMember({ groupId, invitee: { case: "userId", value: userId }, role });
  const remove = (by: SignedIn, userId: string) => by.users.removeGroupMember({ groupId, userId });
  for (const refused of [
    invite(member, newcomer.id, MEMBER),
    remove(member, administrator.id),
    member.users.deleteGroup({ groupId }),
    invite(administrator, newcomer.id, ADMINISTRATOR),
    invite(administrator, newcomer.id, OWNER),
    remove(administrator, owner.id),
    administrator.users.deleteGroup({ groupId }),
  ]) {
    expect(await reason(refused)).toBe("PERMISSION_DENIED");
  }
  await invite(administrator, newcomer.id, MEMBER);
  await newcomer.users.acceptGroupInvitation({ groupId });
  expect(await reason(invite(administrator, newcomer.id, MEMBER))).toBe("GROUP_MEMBER_EXISTS");
  expect(await reason(invite(owner, newcomer.id, OWNER))).toBe("GROUP_MEMBER_EXISTS");
  await remove(administrator, newcomer.id);
  expect(await reason(remove(administrator, newcomer.id))).toBe("GROUP_MEMBER_NOT_FOUND");
  expect(await reason(invite(owner, unique(), MEMBER))).toBe("USER_NOT_FOUND");
  await remove(owner, administrator.id);
  await invite(owner, outsider.id, OWNER);
  await outsider.users.acceptGroupInvitation({ groupId });
  await owner.users.deleteGroup({ groupId });
  for (const user of [owner, member, outsider])
    expect(await reason(user.users.getGroup({ groupId }))).toBe("GROUP_NOT_FOUND");
  expect((await member.users.listGroups({})).groups).toEqual([]);
  expect(await reason(used.administrator.users.getGroup({ groupId }))).toBe("GROUP_NOT_FOUND");
});

test("a user adds no member: the older refusals come first, then one that says how", async () => {
  const { groupId, owner, administrator, member, outsider, newcomer } = await populated();
  const outcomes = {
    GROUP_NOT_FOUND: { by: outsider, userId: newcomer.id, role: MEMBER },
    PERMISSION_DENIED: { by: administrator, userId: newcomer.id, role: OWNER },
    USER_NOT_FOUND: { by: administrator, userId: unique(), role: MEMBER },
    GROUP_MEMBER_EXISTS: { by: owner, userId: member.id, role: MEMBER },
    GROUP_INVITATION_REQUIRED: { by: owner, userId: newcomer.id, role: OWNER },
  };
  const reasons = await Promise.all(
    Object.values(outcomes).map(({ by, ...asked }) =>
      reason(by.users.addGroupMember({ groupId, ...asked })),
    ),
  );
  expect(reasons).toEqual(Object.keys(outcomes));
  expect((await refusal(owner.users.addGroupMember({ groupId, userId: newcomer.id }))).code).toBe(
    "FailedPrecondition",
  );
  expect(await rolesOf(owner, groupId)).not.toHaveProperty(newcomer.id);
});

test("everybody may leave, but not the last owner", async () => {
  const { groupId, owner, administrator, member } = await populated();
  await member.users.removeGroupMember({ groupId, userId: member.id });
  expect(await refusal(owner.users.removeGroupMember({ groupId, userId: owner.id }))).toMatchObject(
    { code: "FailedPrecondition", reason: "GROUP_LAST_OWNER" },
  );
  expect(
    await reason(used.administrator.users.removeGroupMember({ groupId, userId: owner.id })),
  ).toBe("GROUP_LAST_OWNER");
  await owner.users.removeGroupMember({ groupId, userId: administrator.id });
  await add({ groupId, userId: administrator.id, role: OWNER });
  await owner.users.removeGroupMember({ groupId, userId: owner.id });
  expect(await rolesOf(administrator, groupId)).toEqual({ [administrator.id]: OWNER });
});

test("two owners who leave at once leave one behind", async () => {
  for (let round = 0; round < 5; round++) {
    const { groupId, owner, newcomer } = await populated();
    await add({ groupId, userId: newcomer.id, role: OWNER });
    const left = await Promise.allSettled(
      [owner, newcomer].map((user) => user.users.removeGroupMember({ groupId, userId: user.id })),
    );
    expect(left.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  }
});

describe("an owner who can't act", () => {
  /** A group with two owners, of whom the second has gone. */
  async function withGone(end: (user: SignedIn) => Promise<unknown>) {
    const { groupId, owner, newcomer, administrator } = await populated();
    await add({ groupId, userId: newcomer.id, role: OWNER });
    await end(newcomer);
    return { groupId, owner, gone: newcomer, administrator };
  }
  const ENDS = {
    "has deleted the account": (user: SignedIn) => user.users.deleteUser({ userId: "me" }),
    "is locked": (user: SignedIn) =>
      used.administrator.users.lockUser({ userId: user.id, reason: "x" }),
  };
  const back = async (user: SignedIn) => {
    const { state } = (await used.server.store.users.find(user.id))!;
    await (state === "deleted"
      ? used.administrator.users.restoreUser({ userId: user.id })
      : used.administrator.users.unlockUser({ userId: user.id }));
    const { accessToken } = await used
      .as()
      .users.signIn({ identifier: { case: "email", value: user.email }, password: user.password });
    return used.as(accessToken);
  };

  test.each(Object.entries(ENDS))(
    "and %s is removed by one who can, and comes back as nothing",
    async (_, end) => {
      const { groupId, owner, gone, administrator } = await withGone(end);
      expect(
        await reason(administrator.users.removeGroupMember({ groupId, userId: gone.id })),
      ).toBe("PERMISSION_DENIED");
      await owner.users.removeGroupMember({ groupId, userId: gone.id });
      const again = await back(gone);
      expect(await reason(again.users.removeGroupMember({ groupId, userId: owner.id }))).toBe(
        "GROUP_NOT_FOUND",
      );
      expect((await rolesOf(owner, groupId))[owner.id]).toBe(OWNER);
      expect((await rolesOf(owner, groupId))[gone.id]).toBeUndefined();
    },
  );

  test.each(Object.entries(ENDS))(
    "and %s does not let the last one who can leave, and is an owner again afterwards",
    async (_, end) => {
      const { groupId, owner, gone } = await withGone(end);
      expect(await reason(owner.users.removeGroupMember({ groupId, userId: owner.id }))).toBe(
        "GROUP_LAST_OWNER",
      );
      const again = await back(gone);
      expect(
        (await again.users.listGroupMembers({ groupId })).members.find(
          ({ userId }) => userId === gone.id,
        )?.role,
      ).toBe(OWNER);
      await owner.users.removeGroupMember({ groupId, userId: owner.id });
    },
  );

  test("is not removed when there is no other", async () => {
    const { groupId, owner, gone } = await withGone(ENDS["is locked"]);
    await owner.users.deleteUser({ userId: "me" });
    for (const { id } of [owner, gone])
      expect(
        await reason(used.administrator.users.removeGroupMember({ groupId, userId: id })),
      ).toBe("GROUP_LAST_OWNER");
    const newOwner = await used.signUp();
    await used.administrator.users.addGroupMember({ groupId, userId: newOwner.id, role: OWNER });
    for (const { id } of [owner, gone])
      await newOwner.users.removeGroupMember({ groupId, userId: id });
    expect((await rolesOf(newOwner, groupId))[newOwner.id]).toBe(OWNER);
  });

  test(
    "is purged with the account; a client then names another owner; no member becomes " +
      "one before",
    async () => {
      const { groupId, owner, administrator } = await populated();
      await owner.users.deleteUser({ userId: "me" });
      await used.server.store.users.purge(Date.now() + 1000, 100);
      expect(await rolesOf(administrator, groupId)).not.toHaveProperty(owner.id);
      expect((await rolesOf(administrator, groupId))[administrator.id]).toBe(ADMINISTRATOR);
      const newOwner = await used.signUp();
      await used.administrator.users.addGroupMember({ groupId, userId: newOwner.id, role: OWNER });
      await newOwner.users.removeGroupMember({ groupId, userId: administrator.id });
    },
  );
});

test("a key for a group ends with the role that gave it, for good", async () => {
  const { groupId, owner, administrator } = await populated();
  const app = await register(used.administrator);
  const { json } = await redeem(used.url, app, await agree(administrator, app, { groupId }));
  const { json: other } = await redeem(used.url, app, await agree(administrator, app));
  expect(await isActive(used.url, app, json["access_token"])).toBe(true);
  await owner.users.removeGroupMember({ groupId, userId: administrator.id });
  await add({ groupId, userId: administrator.id, role: ADMINISTRATOR });
  for (const token of [json["access_token"], json["refresh_token"]])
    expect(await isActive(used.url, app, token)).toBe(false);
  expect(await isActive(used.url, app, other["access_token"])).toBe(true);
  expect((await administrator.oauth.listGrants({})).grants.map((grant) => grant.groupId)).toEqual([
    0n,
  ]);
});

test("a client for itself names the owner, a client for a user only looks", async () => {
  const ada = await used.signUp();
  expect(await refusal(used.administrator.users.createGroup({ name: "x" }))).toMatchObject({
    reason: "FIELD_INVALID",
    fields: ["owner_id"],
  });
  expect(await reason(used.administrator.users.createGroup({ name: "x", ownerId: unique() }))).toBe(
    "USER_NOT_FOUND",
  );
  const { group } = await used.administrator.users.createGroup({ name: "x", ownerId: ada.id });
  const { accessToken } = await delegate(used.url, used.administrator, ada, "groups");
  const client = used.as(accessToken);
  expect((await client.users.listGroups({})).groups).toEqual([group]);
  expect((await client.users.getGroup({ groupId: group!.id })).group).toEqual(group);
  expect(await reason(client.users.deleteGroup({ groupId: group!.id }))).toBe("PERMISSION_DENIED");
  expect(await reason(client.users.getUser({}))).toBe("PERMISSION_DENIED");
});

test.each(["", " ", "a\nb", "x".repeat(201)])("no name of a group: %j", async (name) => {
  const ada = await used.signUp();
  expect(await refusal(ada.users.createGroup({ name }))).toMatchObject({
    reason: "FIELD_INVALID",
    fields: ["name"],
  });
});

// Invitations: a user becomes a member of a group through another user only by accepting.
import { describe, expect, test } from "vitest";
import { GroupRole } from "../../gen/identity/v1/model_pb.ts";
import { DAY } from "../../src/domain/durations.ts";
import { refusal, reason } from "../clients/refusal.ts";
import { lettersIn } from "../email/mailbox.ts";
import { stores } from "../mariadb.ts";
import { type SignedIn, unique, useServer } from "../use-server.ts";
import { MINUTE, movableClock } from "./clock.ts";

const { MEMBER, ADMINISTRATOR, OWNER } = GroupRole;

describe.each(stores.map(({ engine }) => engine))("on %s", (engine) => {
  const clock = movableClock();
  const used = useServer({ engine, clock });

  /** Signs a user in anew, so that the password was checked just now. */
  async function again(user: SignedIn): Promise<SignedIn> {
    const { accessToken } = await used
      .as()
      .users.signIn({ identifier: { case: "email", value: user.email }, password: user.password });
    return { ...user, ...used.as(accessToken), token: accessToken };
  }

  /** A group with an owner, an administrator and a user who may be invited. */
  async function populated() {
    const [owner, administrator, guest] = [
      await used.signUp(),
      await used.signUp(),
      await used.signUp(),
    ];
    const { group } = await owner.users.createGroup({ name: "Tea and jam" });
    const groupId = group!.id;
    await used.administrator.users.addGroupMember({
      groupId,
      userId: administrator.id,
      role: ADMINISTRATOR,
    });
    return { groupId, owner, administrator, guest };
  }
  const invite = (
    by: Pick<SignedIn, "users">,
    groupId: bigint,
    { id }: SignedIn,
    role: GroupRole = MEMBER,
  ) => by.users.inviteGroupMember({ groupId, invitee: { case: "userId", value: id }, role });
  const received = async ({ users }: SignedIn) =>
    (await users.listGroupInvitations({})).invitations.map(({ groupId }) => groupId);
  const sent = async ({ users }: SignedIn, groupId: bigint) =>
    (await users.listGroupInvitations({ groupId })).invitations.map(({ userId }) => userId);
  const roleOf = async (groupId: bigint, { id }: SignedIn) =>
    (await used.server.store.groups.member(groupId, id))?.role;

  test("one is seen by both sides, and accepted once", async () => {
    const { groupId, owner, administrator, guest } = await populated();
    const { invitation } = await invite(owner, groupId, guest, ADMINISTRATOR);
    expect(invitation).toMatchObject({
      groupId,
      groupName: "Tea and jam",
      userId: guest.id,
      username: guest.username,
      role: ADMINISTRATOR,
      inviterId: owner.id,
      inviterUsername: owner.username,
    });
    expect(Number(invitation!.expireTime!.seconds - invitation!.createTime!.seconds)).toBe(
      (30 * DAY) / 1000,
    );
    expect((await guest.users.listGroupInvitations({})).invitations).toEqual([invitation]);
    for (const by of [owner, administrator])
      expect((await by.users.listGroupInvitations({ groupId })).invitations).toEqual([invitation]);
    expect(await reason(guest.users.listGroupInvitations({ groupId }))).toBe("GROUP_NOT_FOUND");
    expect(await reason(guest.users.getGroup({ groupId }))).toBe("GROUP_NOT_FOUND");
    expect(await roleOf(groupId, guest)).toBeUndefined();
    const { member } = await guest.users.acceptGroupInvitation({ groupId });
    expect(member).toMatchObject({ groupId, userId: guest.id, role: ADMINISTRATOR });
    expect(await refusal(guest.users.acceptGroupInvitation({ groupId }))).toMatchObject({
      code: "NotFound",
      reason: "GROUP_INVITATION_NOT_FOUND",
    });
    expect([await received(guest), await sent(owner, groupId)]).toEqual([[], []]);
    const events = await used.server.store.audit.list({ userId: guest.id }, { limit: 10 });
    expect(
      events.flatMap(({ type, actor, details }) =>
        type.startsWith("group.") ? [[type, actor, details]] : [],
      ),
    ).toEqual([
      [
        "group.accept",
        `user:${guest.id}`,
        { group: String(groupId), role: "administrator", inviter: owner.id },
      ],
      ["group.invite", `user:${owner.id}`, { group: String(groupId), role: "administrator" }],
    ]);
  });

  test("one names the user by id, by name or by address, and waits alone", async () => {
    const { groupId, owner, administrator } = await populated();
    const guests = [await used.signUp(), await used.signUp(), await used.signUp()];
    const invitees = [
      { case: "userId", value: guests[0]!.id.toUpperCase() },
      { case: "username", value: guests[1]!.username },
      { case: "email", value: guests[2]!.email.toUpperCase() },
    ] as const;
    for (const invitee of invitees) {
      await owner.users.inviteGroupMember({ groupId, invitee });
      expect(
        await refusal(administrator.users.inviteGroupMember({ groupId, invitee })),
      ).toMatchObject({ code: "AlreadyExists", reason: "GROUP_INVITATION_EXISTS" });
    }
    expect(await sent(owner, groupId)).toEqual(guests.map(({ id }) => id).toSorted());
    expect(
      await refusal(
        owner.users.inviteGroupMember({ groupId, invitee: { case: "username", value: unique() } }),
      ),
    ).toMatchObject({ reason: "USER_NOT_FOUND" });
    expect(await reason(owner.users.inviteGroupMember({ groupId }))).toBe("FIELD_INVALID");
  });

  test("a user who names unknown users again and again has to wait", async () => {
    const { groupId, owner, guest } = await populated();
    const reasons: string[] = [];
    for (let count = 0; count < 21; count++)
      reasons.push(
        await reason(
          owner.users.inviteGroupMember({
            groupId,
            invitee: { case: "email", value: `unknown-${count}@example.com` },
          }),
        ),
      );
    expect(reasons).toEqual([...Array<string>(20).fill("USER_NOT_FOUND"), "RATE_LIMITED"]);
    expect(await reason(invite(owner, groupId, guest))).toBe("RATE_LIMITED");
    // The owner's backend knows all users.
    await invite(used.administrator, groupId, guest);
    expect(await received(guest)).toEqual([groupId]);
  });

  test("a user invites 100 times a day", async () => {
    const { groupId, owner, guest } = await populated();
    const key = `group-invite:${owner.id}`;
    for (let count = 0; count < 99; count++)
      await used.server.store.attempts.take(key, 100, DAY, clock.now());
    await invite(owner, groupId, guest);
    await owner.users.withdrawGroupInvitation({ groupId, userId: guest.id });
    expect(await refusal(invite(owner, groupId, guest))).toMatchObject({
      code: "ResourceExhausted",
      reason: "RATE_LIMITED",
    });
  });

  test("a declined one keeps the user from being invited for 30 days, by any member", async () => {
    const { groupId, owner, administrator, guest } = await populated();
    await invite(owner, groupId, guest);
    await guest.users.declineGroupInvitation({ groupId });
    expect(await reason(guest.users.declineGroupInvitation({ groupId }))).toBe(
      "GROUP_INVITATION_NOT_FOUND",
    );
    expect(await reason(guest.users.acceptGroupInvitation({ groupId }))).toBe(
      "GROUP_INVITATION_NOT_FOUND",
    );
    expect([await received(guest), await sent(owner, groupId)]).toEqual([[], []]);
    for (const by of [owner, administrator, used.administrator])
      expect(await refusal(invite(by, groupId, guest))).toMatchObject({
        code: "FailedPrecondition",
        reason: "GROUP_INVITATION_DECLINED",
      });
    // To take it back would let the inviter ask again at once.
    expect(await reason(owner.users.withdrawGroupInvitation({ groupId, userId: guest.id }))).toBe(
      "GROUP_INVITATION_NOT_FOUND",
    );
    clock.pass(30 * DAY);
    await used.renew();
    await invite(await again(owner), groupId, guest);
    await (await again(guest)).users.acceptGroupInvitation({ groupId });
    expect(await roleOf(groupId, guest)).toBe("member");
  });

  test("one expires after 30 days, and can be made anew", async () => {
    const { groupId, owner, guest } = await populated();
    await invite(owner, groupId, guest);
    clock.pass(30 * DAY - MINUTE);
    await used.renew();
    const [late, lateOwner] = [await again(guest), await again(owner)];
    expect(await received(late)).toEqual([groupId]);
    clock.pass(MINUTE);
    expect([await received(late), await sent(lateOwner, groupId)]).toEqual([[], []]);
    expect(await reason(late.users.acceptGroupInvitation({ groupId }))).toBe(
      "GROUP_INVITATION_NOT_FOUND",
    );
    await invite(lateOwner, groupId, guest);
    await late.users.acceptGroupInvitation({ groupId });
  });

  test("administrators take back those of members, owners all", async () => {
    const { groupId, owner, administrator, guest } = await populated();
    const withdraw = (by: SignedIn) =>
      by.users.withdrawGroupInvitation({ groupId, userId: guest.id });
    await invite(owner, groupId, guest, OWNER);
    expect(await reason(withdraw(administrator))).toBe("PERMISSION_DENIED");
    expect(await reason(withdraw(guest))).toBe("GROUP_NOT_FOUND");
    await withdraw(owner);
    expect(await reason(withdraw(owner))).toBe("GROUP_INVITATION_NOT_FOUND");
    await invite(owner, groupId, guest);
    await withdraw(administrator);
    expect(await received(guest)).toEqual([]);
  });

  const ENDS: Readonly<
    Record<string, (groupId: bigint, inviter: SignedIn, owner: SignedIn) => Promise<unknown>>
  > = {
    "has left": (groupId, { id, users }) => users.removeGroupMember({ groupId, userId: id }),
    "was removed": (groupId, { id }, owner) =>
      owner.users.removeGroupMember({ groupId, userId: id }),
    "is locked": (_, { id }) => used.administrator.users.lockUser({ userId: id, reason: "x" }),
    "has deleted the account": (_, { users }) => users.deleteUser({ userId: "me" }),
  };
  test.each(Object.entries(ENDS))("one is void when the inviter %s", async (_, end) => {
    const { groupId, owner, administrator, guest } = await populated();
    await invite(administrator, groupId, guest);
    await end(groupId, administrator, owner);
    expect([await received(guest), await sent(owner, groupId)]).toEqual([[], []]);
    expect(await reason(guest.users.acceptGroupInvitation({ groupId }))).toBe(
      "GROUP_INVITATION_NOT_FOUND",
    );
    expect(await roleOf(groupId, guest)).toBeUndefined();
    await invite(owner, groupId, guest);
    await guest.users.acceptGroupInvitation({ groupId });
  });

  test("one is void when the inviter has lost the role that it needed", async () => {
    const { groupId, owner, administrator, guest } = await populated();
    const other = await used.signUp();
    await used.administrator.users.removeGroupMember({ groupId, userId: administrator.id });
    await used.administrator.users.addGroupMember({
      groupId,
      userId: administrator.id,
      role: OWNER,
    });
    await invite(administrator, groupId, guest, OWNER);
    await invite(administrator, groupId, other);
    // The role changes behind the rules that remove such invitations, as by an older process.
    await used.server.store.groups.changeRole(
      groupId,
      administrator.id,
      "administrator",
      clock.now(),
    );
    expect(await received(guest)).toEqual([]);
    expect(await reason(guest.users.acceptGroupInvitation({ groupId }))).toBe(
      "GROUP_INVITATION_NOT_FOUND",
    );
    await other.users.acceptGroupInvitation({ groupId });
    await invite(owner, groupId, guest, OWNER);
  });

  test("one goes with the group, with the user, and when a client adds the user", async () => {
    const { groupId, owner, guest } = await populated();
    const find = () => used.server.store.groupInvitations.find(groupId, guest.id);
    await invite(owner, groupId, guest, OWNER);
    await used.administrator.users.addGroupMember({ groupId, userId: guest.id });
    expect(await find()).toBeUndefined();
    await owner.users.removeGroupMember({ groupId, userId: guest.id });
    await invite(owner, groupId, guest);
    await guest.users.deleteUser({ userId: "me" });
    expect(await find()).toBeUndefined();
    expect(await reason(invite(owner, groupId, guest))).toBe("USER_NOT_FOUND");
    await used.administrator.users.restoreUser({ userId: guest.id });
    await invite(owner, groupId, guest);
    await owner.users.deleteGroup({ groupId });
    expect(await find()).toBeUndefined();
    expect(await received(await again(guest))).toEqual([]);
  });

  test("a client with groups.write invites for the server; it accepts for no user", async () => {
    const { groupId, guest } = await populated();
    const { invitation } = await invite(used.administrator, groupId, guest);
    expect(invitation).toMatchObject({ inviterId: "", inviterUsername: "" });
    expect(
      await reason(used.administrator.users.acceptGroupInvitation({ groupId, userId: guest.id })),
    ).toBe("PERMISSION_DENIED");
    await guest.users.acceptGroupInvitation({ groupId, userId: "me" });
    expect(await reason(invite(used.administrator, 12n, guest))).toBe("GROUP_NOT_FOUND");
  });

  test("a verified address gets a letter without names, at most three a day", async () => {
    const { groupId, owner, guest } = await populated();
    const letters = async () =>
      (await lettersIn(used.server.mailFolder)).filter(
        ({ to, subject }) => to === guest.email && subject.includes("invited to a community"),
      );
    const round = async () => {
      await invite(owner, groupId, guest);
      await owner.users.withdrawGroupInvitation({ groupId, userId: guest.id });
    };
    await round();
    const { emailKey, epoch } = (await used.server.store.users.find(guest.id))!;
    await used.server.store.users.verifyEmail(guest.id, emailKey, epoch, clock.now());
    for (let count = 0; count < 5; count++) await round();
    await expect.poll(letters).toHaveLength(3);
    for (const letter of await letters()) {
      expect(letter.text).toContain("/account/communities");
      for (const name of ["Tea and jam", owner.username]) expect(letter.text).not.toContain(name);
    }
  });
});

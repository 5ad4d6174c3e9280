import { expect, test } from "vitest";
import { GroupRole } from "../../gen/identity/v1/model_pb.ts";
import { refusalOf } from "../clients/refusal.ts";
import { type Api } from "../use-server.ts";
import { tally, type TwoServers } from "./two-servers.ts";

const ROUNDS = 6;
const reasonOf = (error: unknown): string => refusalOf(error).reason;

export function invitations(two: TwoServers): void {
  /** A new user by both servers. */
  async function signedIn() {
    const { id, email, password } = await two.newUser();
    const { accessToken } = await two
      .as(0)
      .users.signIn({ identifier: { case: "email", value: email }, password });
    return { id, as: (index: number): Api => two.as(index, accessToken) };
  }

  /** An owner of a group, and a guest whom the owner has invited. */
  async function invited() {
    const [owner, guest] = [await signedIn(), await signedIn()];
    const { group } = await owner.as(0).users.createGroup({ name: "x" });
    const groupId = group!.id;
    await owner.as(1).users.inviteGroupMember({
      groupId,
      invitee: { case: "userId", value: guest.id },
      role: GroupRole.ADMINISTRATOR,
    });
    return { owner, guest, groupId };
  }
  const membersOf = async (groupId: bigint) =>
    (await two.administrator(0).users.listGroupMembers({ groupId })).members.map(
      ({ userId }) => userId,
    );
  const waiting = async (groupId: bigint) =>
    (await two.administrator(1).users.listGroupInvitations({ groupId })).invitations.length;

  test("eight who invite one user: one invitation", async () => {
    const [owner, guest] = [await signedIn(), await signedIn()];
    const { group } = await owner.as(0).users.createGroup({ name: "x" });
    const invite = (index: number) =>
      owner
        .as(index)
        .users.inviteGroupMember({
          groupId: group!.id,
          invitee: { case: "userId", value: guest.id },
        })
        .then(() => "invited", reasonOf);
    expect(await tally(8, invite)).toEqual({ invited: 1, GROUP_INVITATION_EXISTS: 7 });
    expect(await waiting(group!.id)).toBe(1);
  });

  test("one is accepted once, by two servers", async () => {
    const { guest, groupId } = await invited();
    const accept = (index: number) =>
      guest
        .as(index)
        .users.acceptGroupInvitation({ groupId, userId: "me" })
        .then(() => "accepted", reasonOf);
    expect(await tally(8, accept)).toEqual({ accepted: 1, GROUP_INVITATION_NOT_FOUND: 7 });
    expect(await membersOf(groupId)).toContain(guest.id);
  });

  test("one is accepted, declined or withdrawn at once: only one of them", async () => {
    const winners: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { owner, guest, groupId } = await invited();
      const done = (name: string) => () => name;
      const acts = [
        () =>
          guest
            .as(round)
            .users.acceptGroupInvitation({ groupId, userId: "me" })
            .then(done("accepted"), reasonOf),
        () =>
          owner
            .as(round + 1)
            .users.withdrawGroupInvitation({ groupId, userId: guest.id })
            .then(done("withdrawn"), reasonOf),
        () =>
          guest
            .as(round + 3)
            .users.declineGroupInvitation({ groupId, userId: "me" })
            .then(done("declined"), reasonOf),
      ];
      // Another one begins each round.
      const order = acts.map((_, index) => acts[(index + round) % acts.length]!);
      const outcomes = await Promise.all(order.map((act) => act()));
      const [winner, ...more] = outcomes.filter((each) => !each.startsWith("GROUP_"));
      expect([more, outcomes.filter((each) => each === "GROUP_INVITATION_NOT_FOUND")]).toEqual([
        [],
        ["GROUP_INVITATION_NOT_FOUND", "GROUP_INVITATION_NOT_FOUND"],
      ]);
      expect((await membersOf(groupId)).includes(guest.id)).toBe(winner === "accepted");
      expect(await waiting(groupId)).toBe(0);
      winners.push(winner!);
    }
    expect(winners).toHaveLength(ROUNDS);
  });

  test("an inviter who is removed at once makes no member afterwards", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { owner, guest, groupId } = await invited();
      const other = await two.newUser();
      await two
        .administrator(round)
        .users.addGroupMember({ groupId, userId: other.id, role: GroupRole.OWNER });
      const [accepted, removed] = await Promise.all([
        guest
          .as(round)
          .users.acceptGroupInvitation({ groupId, userId: "me" })
          .then(() => "accepted", reasonOf),
        two
          .administrator(round + 1)
          .users.removeGroupMember({ groupId, userId: owner.id })
          .then(() => "removed", reasonOf),
      ]);
      expect(removed).toBe("removed");
      expect(["accepted", "GROUP_INVITATION_NOT_FOUND"]).toContain(accepted);
      expect((await membersOf(groupId)).includes(guest.id)).toBe(accepted === "accepted");
    }
  });
}

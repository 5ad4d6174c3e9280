import type { InviteGroupMemberRequest, UserService } from "../../../gen/identity/v1/user_pb.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { InvitationLists } from "../../domain/groups/invitation-lists.ts";
import type { Invitations } from "../../domain/groups/invitations.ts";
import type { Invitee } from "../../domain/groups/invitee.ts";
import type { Implementation } from "../call.ts";
import { fromRole, toInvitation, toMember } from "./messages.ts";
import { requireId } from "./require-id.ts";

interface InvitationDependencies {
  readonly invitations: Invitations;
  readonly invitationLists: InvitationLists;
}

type InvitationMethods = Pick<
  Implementation<typeof UserService>,
  | "inviteGroupMember"
  | "listGroupInvitations"
  | "acceptGroupInvitation"
  | "declineGroupInvitation"
  | "withdrawGroupInvitation"
>;

function inviteeOf({ invitee }: InviteGroupMemberRequest): Invitee {
  switch (invitee.case) {
    case "userId":
      return { userId: invitee.value };
    case "username":
      return { username: invitee.value };
    case "email":
      return { email: invitee.value };
    case undefined:
      throw new IdentityError("FIELD_INVALID", "An invited user is needed.");
  }
}

/** Returns the methods about invitations to groups. */
export const invitationMethods = ({
  invitations,
  invitationLists,
}: InvitationDependencies): InvitationMethods => ({
  inviteGroupMember: async (request, call) => {
    const { groupId, role } = request;
    const made = await invitations.invite(call, groupId, inviteeOf(request), fromRole(role));
    return { invitation: toInvitation(await invitationLists.withNames(made)) };
  },
  listGroupInvitations: async (request, call) => {
    const { groupId, userId } = request;
    const page = await (groupId === 0n
      ? invitationLists.forUser(requireId(userId, "user_id"), request)
      : invitationLists.ofGroup(call, groupId, request));
    return { invitations: page.items.map(toInvitation), nextPageToken: page.nextPageToken };
  },
  acceptGroupInvitation: async ({ groupId }, call) => ({
    member: toMember(await invitations.accept(call, groupId)),
  }),
  declineGroupInvitation: async ({ groupId }, call) => {
    await invitations.decline(call, groupId);
    return {};
  },
  withdrawGroupInvitation: async ({ groupId, userId }, call) => {
    await invitations.withdraw(call, groupId, userId);
    return {};
  },
});

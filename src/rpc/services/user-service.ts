import { UserService } from "../../../gen/identity/v1/user_pb.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { Groups } from "../../domain/groups/groups.ts";
import type { InvitationLists } from "../../domain/groups/invitation-lists.ts";
import type { Invitations } from "../../domain/groups/invitations.ts";
import type { User } from "../../domain/model.ts";
import type { Profiles } from "../../domain/accounts/profile.ts";
import type { Sessions } from "../../domain/sessions/sessions.ts";
import type { PasswordChange } from "../../domain/accounts/change-password.ts";
import { DEFAULT_REALM } from "../../domain/accounts/new-user.ts";
import { stateAt } from "../../domain/accounts/user-state.ts";
import type { UserLists } from "../../domain/accounts/lists/user-lists.ts";
import type { Users } from "../../domain/accounts/users.ts";
import type { UserAdministration } from "../../domain/administration/user-administration.ts";
import type { ServiceBinding, Call } from "../call.ts";
import { bind } from "../call.ts";
import { maskedFields } from "./field-mask.ts";
import { invitationMethods } from "./group-invitations.ts";
import { listUsers } from "./list-users.ts";
import { requireId } from "./require-id.ts";
import { newProfile, profilePaths, profileUpdate, profileValues } from "./profile-messages.ts";
import { fromRole, msOrNone, toGroup, toMember, toSession, toUser } from "./messages.ts";

/** The parts of the domain that the service calls. */
export interface UserServiceDependencies {
  readonly users: Users;
  readonly profiles: Profiles;
  readonly passwordChange: PasswordChange;
  readonly sessions: Sessions;
  readonly groups: Groups;
  readonly invitations: Invitations;
  readonly invitationLists: InvitationLists;
  readonly userLists: UserLists;
  readonly userAdministration: UserAdministration;
  readonly now: () => number;
}

const realmOf = (realm: string): string => (realm === "" ? DEFAULT_REALM : realm);

/** Returns the password of a new user; undefined for a user without one. */
function givenPassword({
  password,
  withoutPassword,
}: {
  readonly password: string;
  readonly withoutPassword: boolean;
}): string | undefined {
  if ((password === "") === withoutPassword) return withoutPassword ? undefined : password;
  const description = withoutPassword
    ? "must be empty with without_password"
    : "is needed without without_password";
  throw new IdentityError("FIELD_INVALID", `password ${description}.`, {
    fields: [{ field: "password", description }],
  });
}

export function userService(parts: UserServiceDependencies): ServiceBinding {
  const { users, profiles, passwordChange, sessions, groups, userAdministration, now } = parts;
  const { invitations, invitationLists } = parts;
  const show = (user: User, call: Call) => toUser(user, stateAt(user, now()), call.caller);
  const currentId = (call: Call): string =>
    call.caller.kind === "user" ? call.caller.session.id : "";
  return bind(UserService, {
    createUser: async (request, call) => ({
      user: show(
        await userAdministration.create(call, {
          realm: realmOf(request.realm),
          username: request.username,
          email: request.email,
          password: givenPassword(request),
          accId: request.accId,
          developer: request.developer,
          profile: newProfile(request.profile),
        }),
        call,
      ),
    }),
    getUser: async ({ userId }, call) => ({
      user: show(await users.view(call, requireId(userId, "user_id")), call),
    }),
    listUsers: async (request, call) => {
      const page = await listUsers(parts, { ...request, realm: realmOf(request.realm) });
      return { ...page, users: page.users.map((user) => show(user, call)) };
    },
    updateUser: async ({ user, updateMask }, call) => {
      const { id = "", username = "", email = "", developer = false, profile } = user ?? {};
      const own = { username, email, developer };
      const fields = maskedFields<string>(profilePaths(updateMask, Object.keys(own), profile), {
        ...own,
        ...profileValues(profile),
      });
      const update = {
        username: fields.has("username") ? username : undefined,
        email: fields.has("email") ? email : undefined,
        developer: fields.has("developer") ? developer : undefined,
        profile: profileUpdate(profile, fields, { mask: updateMask, caller: call.caller }),
      };
      return { user: show(await profiles.update(call, requireId(id, "user.id"), update), call) };
    },
    deleteUser: async ({ userId }, call) => ({
      user: show(await users.delete(call, requireId(userId, "user_id")), call),
    }),
    restoreUser: async ({ userId }, call) => ({
      user: show(await users.restore(call, userId), call),
    }),
    lockUser: async ({ userId, reason, until }, call) => ({
      user: show(await users.lock(call, userId, reason, msOrNone(until)), call),
    }),
    unlockUser: async ({ userId }, call) => ({
      user: show(await users.unlock(call, userId), call),
    }),
    verifyUserEmail: async ({ userId, email }, call) => ({
      user: show(await userAdministration.verifyEmail(call, userId, email), call),
    }),
    sendPasswordReset: async ({ userId }, call) => {
      await userAdministration.sendPasswordReset(call, userId);
      return {};
    },
    endUserAccess: async ({ userId }, call) => {
      await userAdministration.endAccess(call, userId);
      return {};
    },
    forgetSignInFailures: async ({ userId }, call) => {
      await userAdministration.forgetFailures(call, userId);
      return {};
    },
    changePassword: async ({ userId, currentPassword, newPassword }, call) => ({
      user: show(
        await passwordChange.change(
          call,
          requireId(userId, "user_id"),
          currentPassword,
          newPassword,
        ),
        call,
      ),
    }),
    signIn: async ({ identifier, password, realm }, call) => {
      const who =
        identifier.case === "email"
          ? { email: identifier.value }
          : { username: identifier.value ?? "" };
      const opened = await sessions.signIn(call, call.endpoint.api, {
        realm: realmOf(realm),
        identifier: who,
        password,
      });
      return {
        accessToken: opened.token,
        session: toSession(opened.session, true),
        user: show(opened.user, call),
      };
    },
    signOut: async (_, call) => {
      await sessions.signOut(call);
      return {};
    },
    listSessions: async (request, call) => {
      const page = await sessions.list(requireId(request.userId, "user_id"), request);
      return {
        sessions: page.items.map((session) => toSession(session, session.id === currentId(call))),
        nextPageToken: page.nextPageToken,
      };
    },
    revokeSession: async ({ sessionId }, call) => {
      await sessions.revoke(call, sessionId);
      return {};
    },
    createGroup: async ({ name, ownerId, vkGroupId }, call) => ({
      group: toGroup(await groups.create(call, name, vkGroupId, requireId(ownerId, "owner_id"))),
    }),
    getGroup: async ({ groupId }, call) => ({ group: toGroup(await groups.get(call, groupId)) }),
    listGroups: async (request) => {
      const page = await groups.listOf(requireId(request.userId, "user_id"), request);
      return { groups: page.items.map(toGroup), nextPageToken: page.nextPageToken };
    },
    deleteGroup: async ({ groupId }, call) => {
      await groups.delete(call, groupId);
      return {};
    },
    addGroupMember: async ({ groupId, userId, role }, call) => ({
      member: toMember(await groups.addMember(call, groupId, userId, fromRole(role))),
    }),
    removeGroupMember: async ({ groupId, userId }, call) => {
      await groups.removeMember(call, groupId, userId);
      return {};
    },
    listGroupMembers: async (request, call) => {
      const page = await groups.members(call, request.groupId, request);
      return { members: page.items.map(toMember), nextPageToken: page.nextPageToken };
    },
    ...invitationMethods({ invitations, invitationLists }),
  });
}

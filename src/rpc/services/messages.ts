import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import type {
  GroupInvitationSchema,
  GroupMemberSchema,
  GroupSchema,
  SessionSchema,
  UserSchema,
} from "../../../gen/identity/v1/model_pb.ts";
import {
  GroupRole as GroupRoleValue,
  UserState as UserStateValue,
} from "../../../gen/identity/v1/model_pb.ts";
import type { ClientSchema, GrantSchema } from "../../../gen/identity/v1/oauth_pb.ts";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import type {
  Client,
  Group,
  GroupMember,
  GroupRole,
  Session,
  User,
  UserState,
} from "../../domain/model.ts";
import type { NamedInvitation } from "../../domain/groups/invitation-lists.ts";
import type { NamedConsent } from "../../domain/oauth/tokens/consents.ts";
import { toClientSettings } from "./client-settings.ts";
import type { Principal } from "../../domain/principal.ts";
import { toProfile } from "./profile-messages.ts";
import { RESTORABLE_MS } from "../../domain/accounts/user-state.ts";

const STATES = {
  active: UserStateValue.ACTIVE,
  locked: UserStateValue.LOCKED,
  deleted: UserStateValue.DELETED,
} as const;
const ROLES = {
  member: GroupRoleValue.MEMBER,
  administrator: GroupRoleValue.ADMINISTRATOR,
  owner: GroupRoleValue.OWNER,
} as const;

/** Converts to a time; undefined when not set. */
export const timeOrNone = (ms: number | undefined): Timestamp | undefined =>
  ms === undefined ? undefined : timestampFromMs(ms);

/** Converts milliseconds since 1970; undefined when not set. */
export const msOrNone = (time: Timestamp | undefined): number | undefined =>
  time === undefined ? undefined : timestampMs(time);

/**
 * Converts a user. `state` is that of now; only clients of administrators see the reason of a lock
 * and the AccID.
 */
export function toUser(
  user: User,
  state: UserState,
  caller: Principal,
): MessageInitShape<typeof UserSchema> {
  const forAdministrator = caller.kind === "client";
  const profile = toProfile(user.profile, caller);
  return {
    id: user.id,
    realm: user.realm,
    username: user.username,
    email: user.email,
    emailVerified: user.emailVerifiedAt !== undefined,
    state: STATES[state],
    developer: user.developer,
    createTime: timestampFromMs(user.createdAt),
    updateTime: timestampFromMs(user.updatedAt),
    deleteTime: timeOrNone(user.deletedAt),
    purgeTime: timeOrNone(
      user.deletedAt === undefined ? undefined : user.deletedAt + RESTORABLE_MS,
    ),
    lockReason: forAdministrator && state === "locked" ? user.lockReason : "",
    lockUntil: state === "locked" ? timeOrNone(user.lockUntil) : undefined,
    ...(forAdministrator && user.accId !== "" && { accId: user.accId }),
    ...(profile !== undefined && { profile }),
  };
}

/** Converts the state of a filter; undefined when not set. */
export function fromState(value: UserStateValue): UserState | undefined {
  return (Object.keys(STATES) as UserState[]).find((state) => STATES[state] === value);
}

export function toSession(
  session: Session,
  current: boolean,
): MessageInitShape<typeof SessionSchema> {
  return {
    id: session.id,
    userId: session.userId,
    api: session.api,
    userAgent: session.userAgent,
    address: session.address,
    createTime: timestampFromMs(session.createdAt),
    lastUseTime: timestampFromMs(session.lastUsedAt),
    expireTime: timestampFromMs(session.expiresAt),
    current,
  };
}

export const toGroup = (group: Group): MessageInitShape<typeof GroupSchema> => ({
  id: group.id,
  name: group.name,
  vkGroupId: group.vkGroupId,
  createTime: timestampFromMs(group.createdAt),
});

/** Converts a role; `member` when not set. */
export const fromRole = (value: GroupRoleValue): GroupRole =>
  (Object.keys(ROLES) as GroupRole[]).find((role) => ROLES[role] === value) ?? "member";

export const toMember = (member: GroupMember): MessageInitShape<typeof GroupMemberSchema> => ({
  groupId: member.groupId,
  userId: member.userId,
  role: ROLES[member.role],
  createTime: timestampFromMs(member.createdAt),
});

export const toInvitation = ({
  invitation: { groupId, userId, role, invitedBy, createdAt, expiresAt },
  groupName,
  username,
  inviterName,
}: NamedInvitation): MessageInitShape<typeof GroupInvitationSchema> => ({
  groupId,
  groupName,
  userId,
  username,
  role: ROLES[role],
  inviterId: invitedBy ?? "",
  inviterUsername: inviterName,
  createTime: timestampFromMs(createdAt),
  expireTime: timestampFromMs(expiresAt),
});

export function toClient(client: Client): MessageInitShape<typeof ClientSchema> {
  return {
    id: client.id,
    name: client.name,
    ownerId: client.ownerId ?? "",
    type: client.public ? ClientType.PUBLIC : ClientType.CONFIDENTIAL,
    grantTypes: [...client.grantTypes],
    scopes: [...client.scopes],
    redirectUris: [...client.redirectUris],
    apis: [...client.apis],
    allowedOrigins: [...client.allowedOrigins],
    createTime: timestampFromMs(client.createdAt),
    updateTime: timestampFromMs(client.updatedAt),
    pkceOptional: client.pkceOptional,
    verified: client.verifiedAt !== undefined,
    disabled: client.disabledAt !== undefined,
    disableReason: client.disableReason ?? "",
    settings: toClientSettings(client.settings),
    ...(client.registration !== undefined && { selfRegistered: true }),
  };
}

export const toGrant = ({
  grant,
  clientName,
}: NamedConsent): MessageInitShape<typeof GrantSchema> => ({
  id: grant.id,
  userId: grant.userId,
  clientId: grant.clientId,
  clientName,
  scopes: [...grant.scopes],
  groupId: grant.groupId,
  createTime: timestampFromMs(grant.createdAt),
  lastUseTime: timestampFromMs(grant.lastUsedAt),
});

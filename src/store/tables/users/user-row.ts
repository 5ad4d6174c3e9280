// Converts users to rows and back. The selected columns have names of their own, so that a query on
// another table can join them.
import type { UserProfile } from "../../../domain/accounts/attributes/user-profile.ts";
import type { User } from "../../../domain/model.ts";
import { lookOf } from "../../../domain/accounts/usernames.ts";
import type { Tables } from "../../engine/schema.ts";
import { claim } from "./user-claims.ts";
import { KEY_RULES } from "./user-keys.ts";

export const USER_COLUMNS = [
  "users.id as u_id",
  "users.realm as u_realm",
  "users.username as u_username",
  "users.email as u_email",
  "users.email_key as u_email_key",
  "users.acc_id as u_acc_id",
  "users.password_hash as u_password_hash",
  "users.locked as u_locked",
  "users.lock_reason as u_lock_reason",
  "users.lock_until as u_lock_until",
  "users.developer as u_developer",
  "users.administrator as u_administrator",
  "users.epoch as u_epoch",
  "users.deleted_at as u_deleted_at",
  "users.created_at as u_created_at",
  "users.updated_at as u_updated_at",
  "users.email_verified_at as u_email_verified_at",
  "users.access_ended_at as u_access_ended_at",
  "users.own_password as u_own_password",
  "users.profile as u_profile",
] as const;

export interface UserRow {
  readonly u_id: string;
  readonly u_realm: string;
  readonly u_username: string;
  readonly u_email: string;
  readonly u_email_key: string;
  readonly u_acc_id: string;
  readonly u_password_hash: string;
  readonly u_locked: number;
  readonly u_lock_reason: string;
  readonly u_lock_until: number | null;
  readonly u_developer: number;
  readonly u_administrator: number;
  readonly u_epoch: number;
  readonly u_deleted_at: number | null;
  readonly u_created_at: number;
  readonly u_updated_at: number;
  readonly u_email_verified_at: number | null;
  readonly u_access_ended_at: number | null;
  readonly u_own_password: number;
  readonly u_profile: string | null;
}

/** Returns the state of a user by its columns. */
export const stateOf = (deletedAt: number | null, locked: number | null): User["state"] =>
  deletedAt !== null ? "deleted" : locked ? "locked" : "active";

export const userFromRow = (row: UserRow): User => ({
  id: row.u_id,
  realm: row.u_realm,
  username: row.u_username,
  email: row.u_email,
  emailKey: row.u_email_key,
  accId: row.u_acc_id,
  passwordHash: row.u_password_hash,
  state: stateOf(row.u_deleted_at, row.u_locked),
  developer: row.u_developer === 1,
  administrator: row.u_administrator === 1,
  epoch: row.u_epoch,
  lockReason: row.u_lock_reason,
  lockUntil: row.u_lock_until ?? undefined,
  deletedAt: row.u_deleted_at ?? undefined,
  createdAt: row.u_created_at,
  updatedAt: row.u_updated_at,
  emailVerifiedAt: row.u_email_verified_at ?? undefined,
  accessEndedAt: row.u_access_ended_at ?? undefined,
  ...(row.u_own_password === 1 && { hasOwnPassword: true as const }),
  ...(row.u_profile !== null && { profile: JSON.parse(row.u_profile) as UserProfile }),
});

/** Returns the column of a profile; null for an empty one. */
export const profileColumn = (profile: UserProfile = {}): string | null =>
  Object.keys(profile).length === 0 ? null : JSON.stringify(profile);

export const fromUser = (user: User, claimsLook = false): Tables["users"] => ({
  id: user.id,
  realm: user.realm,
  username: user.username,
  email: user.email,
  email_key: user.emailKey,
  username_claim: user.state === "deleted" ? null : claim(user.username),
  email_claim: user.state === "deleted" ? null : claim(user.emailKey),
  username_look: lookOf(user.username),
  look_claim: claimsLook && user.state !== "deleted" ? claim(lookOf(user.username)) : null,
  key_rules: KEY_RULES.today,
  acc_id: user.accId,
  password_hash: user.passwordHash,
  locked: Number(user.state === "locked"),
  lock_reason: user.lockReason,
  lock_until: user.lockUntil ?? null,
  developer: Number(user.developer),
  administrator: Number(user.administrator),
  epoch: user.epoch,
  deleted_at: user.deletedAt ?? null,
  left_by_self: 0,
  created_at: user.createdAt,
  updated_at: user.updatedAt,
  email_verified_at: user.emailVerifiedAt ?? null,
  access_ended_at: user.accessEndedAt ?? null,
  own_password: Number(user.hasOwnPassword === true),
  acts: 0,
  profile: profileColumn(user.profile),
});
